/// Names of people, servers and files come from strangers: what a terminal would obey is shown instead.

import Model

/// Makes text safe to print, by every renderer and on everything that is not our own words.
package enum Escaped {
    /// The text with control characters, line ends and characters that turn the direction of text
    /// shown as `\u{1B}`. A backslash is kept, unless what follows would read like such an escape.
    package static func text(_ text: String) -> String {
        guard needsEscape(text) else { return text }
        var result = ""
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            if Unseen.contains(scalar.value) || isEscape(scalars, at: index) {
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A word of a command that a person may paste into a POSIX shell.
    package static func shell(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: ":"),
                UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: "="):
                true
            default: false
            }
        }
        if plain, !word.isEmpty { return word }
        let quoted = word.replacing("'", with: "'\\''")
        guard needsEscape(word) else { return "'\(quoted)'" }
        return "$'\(dollarQuoted(word))'"
    }

    /// Bash's quoting for what cannot be shown: the pasted word is the same, and every byte is visible.
    private static func dollarQuoted(_ word: String) -> String {
        var result = ""
        for scalar in word.unicodeScalars {
            switch scalar {
            case "'", "\\": result += "\\\(scalar)"
            case _ where Unseen.contains(scalar.value):
                for byte in String(scalar).utf8 {
                    result += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
                }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func needsEscape(_ text: String) -> Bool {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        if isPlain { return false }
        return text.unicodeScalars.contains { Unseen.contains($0.value) || $0 == "\\" }
    }

    private static func isEscape(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        scalars[index] == "\\" && index + 2 < scalars.count && scalars[index + 1] == "u"
            && scalars[index + 2] == "{"
    }
}
