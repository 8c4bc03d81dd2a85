/// Names of people that only those who may read the ledger can turn back.

import Crypto

/// Keyed pseudonyms for addresses: the same person has the same one in every output of an estate.
///
/// What a policy masks is masked where it leaves the program, in whatever form it is written: nobody
/// who adds a form can forget it. An address is told by its `@`, so accounts of operators at hosts
/// (`jm@admin-1.contoso.example`) are masked as well.
package struct Pseudonyms: Sendable {
    private let key: SymmetricKey
    private let folding: Folding

    /// - Parameters:
    ///   - key: At least 16 secret bytes, the ledger's.
    ///   - folding: Which addresses are the same person.
    package init(key: [UInt8], comparedBy folding: Folding) {
        precondition(key.count >= 16, "a short key is guessed")
        self.folding = folding
        self.key = SymmetricKey(data: key)
    }

    /// `u:` and 12 hexadecimal digits: among a million people the odds that any two share one are two
    /// in a thousand.
    package func pseudonym(of name: String) -> String {
        String(decoding: pseudonym(ofAddress: Array(name.utf8)[...]), as: UTF8.self)
    }

    /// Replaces every address in a text by its pseudonym; everything else stays byte by byte.
    package func masking(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(Self.at) else { return bytes }
        var masked: [UInt8] = []
        masked.reserveCapacity(bytes.count)
        var token = 0
        var index = 0
        func endToken(at end: Int) {
            append(bytes[token..<end], to: &masked)
        }
        while index < bytes.count {
            if let length = Self.separator(in: bytes, at: index) {
                endToken(at: index)
                masked += bytes[index..<(index + length)]
                index += length
                token = index
            } else {
                index += 1
            }
        }
        endToken(at: bytes.count)
        return masked
    }

    package func masking(_ text: String) -> String {
        String(decoding: masking(Array(text.utf8)), as: UTF8.self)
    }
}

extension Pseudonyms {
    private static let at = UInt8(ascii: "@")

    /// A token that holds an address loses it; `user/` before it and quotes around it stay, `sip:` goes
    /// with it. `RAIL@DIGEST` is no address.
    private func append(_ token: ArraySlice<UInt8>, to masked: inout [UInt8]) {
        guard let at = token.firstIndex(of: Self.at), at > token.startIndex,
            at + 1 < token.endIndex, !Self.isOverride(token, at)
        else {
            masked += token
            return
        }
        let slash = token[..<at].lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 }
        var begin = slash ?? token.startIndex
        if token[begin] == Self.quote { begin += 1 }
        // A sentence or a quotation may end right after an address.
        let ends = [UInt8(ascii: "."), UInt8(ascii: ":"), Self.quote]
        let end = (token.lastIndex { !ends.contains($0) } ?? at) + 1
        masked += token[..<begin]
        masked += pseudonym(ofAddress: Self.unquoted(token[begin..<end]))
        masked += token[end...]
    }

    private static let quote = UInt8(ascii: "'")

    private static func isOverride(_ token: ArraySlice<UInt8>, _ at: Int) -> Bool {
        let name = token[..<at].drop { $0 == quote }
        return Rail(rawValue: String(decoding: name, as: UTF8.self)) != nil
    }

    /// A quote in a word of a shell is written as four bytes.
    private static func unquoted(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let escaped = Array("'\\''".utf8)
        guard word.contains(UInt8(ascii: "\\")) else { return word }
        var plain: [UInt8] = []
        var rest = word
        while let first = rest.first {
            if rest.starts(with: escaped) {
                plain.append(quote)
                rest = rest.dropFirst(escaped.count)
            } else {
                plain.append(first)
                rest = rest.dropFirst()
            }
        }
        return plain[...]
    }

    private func pseudonym(ofAddress address: ArraySlice<UInt8>) -> [UInt8] {
        let bytes = address.withUnsafeBytes { raw in
            folding.withFolded(Address.withoutScheme(raw)) { Array($0) }
        }
        let code = HMAC<SHA256>.authenticationCode(for: bytes, using: key)
        return Array("u:".utf8) + Array(Digest.hex(Array(code.prefix(6))).utf8)
    }

    /// How many bytes at this place cannot be part of an address: blanks, quotes, brackets and what
    /// forms put around names, and escapes of such; nil for a byte that can.
    private static func separator(in bytes: [UInt8], at index: Int) -> Int? {
        switch bytes[index] {
        case 0...0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "|"), UInt8(ascii: "`"):
            return 1
        // Escaped quotes, line feeds and the like of JSON and of text for terminals.
        case UInt8(ascii: "\\") where index + 1 < bytes.count:
            return "u'".utf8.contains(bytes[index + 1]) ? nil : 2
        // What stands for a quote or a bracket in XML and Markdown.
        case UInt8(ascii: "&"):
            let rest = bytes[index...]
            return entities.first { rest.starts(with: $0) }?.count
        default: return nil
        }
    }

    private static let entities = ["&quot;", "&lt;", "&gt;", "&amp;", "&#10;"].map {
        Array($0.utf8)
    }
}
