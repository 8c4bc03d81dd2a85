/// JSON on one line, byte for byte the same for the same values: what the audit chain hashes.
///
/// Members stand in the order in which they are written, without spaces. Written by hand, because a
/// first run records a hundred thousand homes in one commit.

import Model

struct LineWriter {
    private(set) var bytes: [UInt8] = []
    /// Whether the next value follows another one.
    private var follows = false

    mutating func reserveCapacity(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func object(_ key: StaticString? = nil, _ body: (inout LineWriter) -> Void) {
        enclosed(key, UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    mutating func list(_ key: StaticString? = nil, _ body: (inout LineWriter) -> Void) {
        enclosed(key, UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    mutating func text(_ key: StaticString? = nil, _ text: String?) {
        begin(key)
        guard var text else { return word("null") }
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { escaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// `kind/name`, without making a new `String`.
    mutating func resource(_ key: StaticString? = nil, _ resource: ResourceID) {
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: resource.kind.name.utf8)
        bytes.append(UInt8(ascii: "/"))
        var name = resource.name
        name.withUTF8 { escaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func number(_ key: StaticString? = nil, _ number: Int) {
        begin(key)
        bytes.append(contentsOf: String(number).utf8)
    }

    mutating func flag(_ key: StaticString? = nil, _ flag: Bool) {
        begin(key)
        word(flag ? "true" : "false")
    }

    private mutating func enclosed(
        _ key: StaticString?, _ open: UInt8, _ close: UInt8, _ body: (inout LineWriter) -> Void
    ) {
        begin(key)
        bytes.append(open)
        follows = false
        body(&self)
        bytes.append(close)
        follows = true
    }

    private mutating func begin(_ key: StaticString?) {
        if follows { bytes.append(UInt8(ascii: ",")) }
        follows = true
        guard let key else { return }
        bytes.append(UInt8(ascii: "\""))
        word(key)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func word(_ word: StaticString) {
        word.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
        let isPlain = text.allSatisfy {
            $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain { return bytes.append(contentsOf: text) }
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                word("\\u")
                bytes.append(contentsOf: Digest.hex([0, byte]).utf8)
            default: bytes.append(byte)
            }
        }
    }
}
