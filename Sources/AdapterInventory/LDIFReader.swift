/// LDIF (RFC 2849) as directory tools write it: entries of attributes, folded lines, base64.

import Foundation

/// Reads one file, entry by entry.
///
/// Takes what `ldifde`, `ldapsearch` and `csvde`'s relatives write: CRLF or LF, a version line,
/// comments, lines folded with one space, values in base64. A change record, and a value that stands
/// in another file, are faults: neither says what the directory holds.
package struct LDIFReader {
    /// Bytes that are no LDIF, and the line on which they begin.
    package struct Fault: Error, Equatable {
        package var message: String
        package var line: Int
    }

    /// A value as bytes: an `objectGUID` is no text.
    package struct Attribute: Equatable {
        /// Lower case, without options such as `;binary`.
        package var name: String
        package var value: [UInt8]

        /// Nil where the bytes are no UTF-8.
        package var text: String? { String(validating: value, as: UTF8.self) }
    }

    /// An object of the directory.
    package struct Entry: Equatable {
        package var line: Int
        package var dn: String
        package var attributes: [Attribute]

        package subscript(name: String) -> String? {
            attributes.first { $0.name == name }?.text
        }

        package func has(_ name: String, _ value: String) -> Bool {
            attributes.contains { $0.name == name && $0.text?.lowercased() == value }
        }
    }

    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    private var line = 0
    /// The line that `readLine` read last, unfolded.
    private var current: [UInt8] = []
    private var currentLine = 0

    private static let newline = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")
    private static let colon = UInt8(ascii: ":")

    /// `bytes` must outlive the reader.
    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next entry; nil at the end.
    package mutating func next() throws(Fault) -> Entry? {
        repeat {
            guard readLine() else { return nil }
        } while current.isEmpty || isVersion()
        let first = try attribute()
        guard first.name == "dn", let dn = first.text else {
            throw fault("an entry begins with dn:, in UTF-8")
        }
        var entry = Entry(line: currentLine, dn: dn, attributes: [])
        while readLine(), !current.isEmpty {
            let attribute = try attribute()
            if attribute.name == "changetype" {
                throw fault("this is a change, not an entry: export the objects themselves")
            }
            entry.attributes.append(attribute)
        }
        return entry
    }

    private func fault(_ message: String) -> Fault { Fault(message: message, line: currentLine) }

    private func isVersion() -> Bool {
        current.starts(with: Array("version:".utf8)) && !current.starts(with: Array("dn".utf8))
    }

    /// Reads a line with all that is folded onto it; comments are passed over. False at the end.
    private mutating func readLine() -> Bool {
        repeat {
            guard position < bytes.count else {
                current = []
                return false
            }
            current = Array(physicalLine())
            currentLine = line
            while position < bytes.count, bytes[position] == Self.space, !current.isEmpty {
                current += physicalLine().dropFirst()
            }
        } while current.first == UInt8(ascii: "#")
        return true
    }

    private mutating func physicalLine() -> Slice<UnsafeRawBufferPointer> {
        line += 1
        let start = position
        while position < bytes.count, bytes[position] != Self.newline { position += 1 }
        var end = position
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        if position < bytes.count { position += 1 }
        return bytes[start..<end]
    }

    /// Letters, digits, hyphens, and the dots of an object identifier.
    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// The attribute on the current line.
    private func attribute() throws(Fault) -> Attribute {
        guard let colon = current.firstIndex(of: Self.colon) else {
            throw fault("a line has no name and colon: a value is folded with one space")
        }
        let written = current[..<colon].prefix { $0 != UInt8(ascii: ";") }
        guard !written.isEmpty, written.allSatisfy(Self.isName) else {
            throw fault("a line does not begin with the name of an attribute")
        }
        let name = String(decoding: written, as: UTF8.self)
        var rest = current[(colon + 1)...]
        let mark = rest.first
        if mark == Self.colon || mark == UInt8(ascii: "<") { rest = rest.dropFirst() }
        let value = rest.drop { $0 == Self.space }
        switch mark {
        case Self.colon:
            let text = String(decoding: value, as: UTF8.self)
            guard let data = Data(base64Encoded: text.trimmed) else {
                throw fault("\(name) is no base64")
            }
            return Attribute(name: name.lowercased(), value: Array(data))
        case UInt8(ascii: "<"):
            throw fault("\(name) stands in another file, which is not opened")
        default: return Attribute(name: name.lowercased(), value: Array(value))
        }
    }
}

extension String {
    /// Without blanks at the ends.
    var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
