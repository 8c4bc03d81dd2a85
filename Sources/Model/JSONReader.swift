/// Reads JSON front to back without a tree: a plan of a million steps becomes columns directly.

import Foundation

/// Why bytes are not the JSON that was expected.
package enum JSONFault: Error, Hashable, Sendable {
    /// The bytes end before the document does.
    case truncated
    /// What stands at a place is not what must stand there.
    case unexpected(offset: Int, expected: String)
}

/// A reader that is asked for one value after the other, in the order of the document.
///
/// Nesting is bounded, because the bytes may come from a stranger.
package struct JSONReader: Sendable {
    package static let depthMax = 64

    let bytes: [UInt8]
    package internal(set) var offset: Int
    private var depth = 0

    package init(_ bytes: [UInt8], at offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    /// Reads an object; the closure reads the value of each member, or skips it.
    package mutating func object(
        _ member: (inout JSONReader, String) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        try enter(UInt8(ascii: "{"), "an object")
        if try end(UInt8(ascii: "}"), isFirst: true) { return }
        repeat {
            let key = try string()
            try take(UInt8(ascii: ":"), "a colon")
            try skipSpace()
            try member(&self, key)
        } while try !end(UInt8(ascii: "}"), isFirst: false)
    }

    /// Reads an array; the closure reads each element.
    package mutating func array(
        _ element: (inout JSONReader) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        try enter(UInt8(ascii: "["), "an array")
        if try end(UInt8(ascii: "]"), isFirst: true) { return }
        repeat { try element(&self) } while try !end(UInt8(ascii: "]"), isFirst: false)
    }

    /// Reads a value, or nil where null stands in its place.
    package mutating func optional<Value>(
        _ value: (inout JSONReader) throws(JSONFault) -> Value
    ) throws(JSONFault) -> Value? {
        try isNull() ? nil : try value(&self)
    }

    /// Whether the next value is null, which is then behind.
    package mutating func isNull() throws(JSONFault) -> Bool {
        guard try peek() == UInt8(ascii: "n") else { return false }
        try word("null")
        return true
    }

    package mutating func bool() throws(JSONFault) -> Bool {
        switch try peek() {
        case UInt8(ascii: "t"):
            try word("true")
            return true
        case UInt8(ascii: "f"):
            try word("false")
            return false
        default: throw .unexpected(offset: offset, expected: "true or false")
        }
    }

    package mutating func int() throws(JSONFault) -> Int {
        let start = try numberStart("a whole number")
        guard let number = Int(String(decoding: bytes[start..<offset], as: UTF8.self)) else {
            throw .unexpected(offset: start, expected: "a whole number")
        }
        return number
    }

    package mutating func double() throws(JSONFault) -> Double {
        let start = try numberStart("a number")
        guard let number = Double(String(decoding: bytes[start..<offset], as: UTF8.self)) else {
            throw .unexpected(offset: start, expected: "a number")
        }
        return number
    }

    package mutating func string() throws(JSONFault) -> String {
        try take(UInt8(ascii: "\""), "a text in quotes")
        let start = offset
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return String(decoding: bytes[start..<offset - 1], as: UTF8.self)
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw .unexpected(offset: offset, expected: "an escaped character")
            default: offset += 1
            }
        }
        throw .truncated
    }

    /// Passes over a value of any kind, and makes no text of it.
    package mutating func skip() throws(JSONFault) {
        switch try peek() {
        case UInt8(ascii: "{"):
            try enter(UInt8(ascii: "{"), "an object")
            if try end(UInt8(ascii: "}"), isFirst: true) { return }
            repeat {
                try skipString()
                try take(UInt8(ascii: ":"), "a colon")
                try skip()
            } while try !end(UInt8(ascii: "}"), isFirst: false)
        case UInt8(ascii: "["): try array { (reader) throws(JSONFault) in try reader.skip() }
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
        case UInt8(ascii: "n"): try word("null")
        default: _ = try double()
        }
    }

    private mutating func skipString() throws(JSONFault) {
        try take(UInt8(ascii: "\""), "a text in quotes")
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return
            case UInt8(ascii: "\\"): offset += 2
            default: offset += 1
            }
        }
        throw .truncated
    }

    /// Reads a text, list or object, or takes the value that was read last where the bytes are the same:
    /// what many steps have in common is read once.
    package mutating func value<Value>(
        likeLast last: inout Recent<Value>?,
        _ read: (inout JSONReader) throws(JSONFault) -> Value
    ) throws(JSONFault) -> Value {
        let start = try start()
        if let last, repeats(last.range, at: start) {
            offset = start + last.range.count
            return last.value
        }
        let value = try read(&self)
        last = Recent(range: start..<offset, value: value)
        return value
    }

    /// A value, and where it was read. Only values that end by themselves (not numbers) may repeat.
    package struct Recent<Value> {
        fileprivate var range: Range<Int>
        fileprivate var value: Value
    }

    private func repeats(_ range: Range<Int>, at start: Int) -> Bool {
        guard start + range.count <= bytes.count else { return false }
        return bytes.withUnsafeBytes { all in
            guard let base = all.baseAddress else { return false }
            return memcmp(base + range.lowerBound, base + start, range.count) == 0
        }
    }

    /// Makes sure that nothing but space follows the document.
    package mutating func endOfDocument() throws(JSONFault) {
        while offset < bytes.count {
            guard Self.isSpace(bytes[offset]) else {
                throw .unexpected(offset: offset, expected: "the end of the file")
            }
            offset += 1
        }
    }

    /// Whether a text begins here; right after `start`.
    package var isAtText: Bool { offset < bytes.count && bytes[offset] == UInt8(ascii: "\"") }

    /// Passes over space, and says where the next value begins.
    package mutating func start() throws(JSONFault) -> Int {
        _ = try peek()
        return offset
    }
}

extension JSONReader {
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private mutating func skipSpace() throws(JSONFault) {
        while offset < bytes.count, Self.isSpace(bytes[offset]) { offset += 1 }
        if offset == bytes.count { throw .truncated }
    }

    private mutating func peek() throws(JSONFault) -> UInt8 {
        try skipSpace()
        return bytes[offset]
    }

    private mutating func take(_ byte: UInt8, _ expected: String) throws(JSONFault) {
        guard try peek() == byte else { throw .unexpected(offset: offset, expected: expected) }
        offset += 1
    }

    private mutating func enter(_ open: UInt8, _ expected: String) throws(JSONFault) {
        try take(open, expected)
        depth += 1
        if depth > Self.depthMax {
            throw .unexpected(offset: offset - 1, expected: "at most \(Self.depthMax) levels")
        }
    }

    /// Whether an object or array ends here; if not, the next member begins.
    private mutating func end(_ close: UInt8, isFirst: Bool) throws(JSONFault) -> Bool {
        let byte = try peek()
        if byte == close {
            offset += 1
            depth -= 1
            return true
        }
        if isFirst { return false }
        guard byte == UInt8(ascii: ",") else {
            throw .unexpected(offset: offset, expected: "a comma or the end of the list")
        }
        offset += 1
        return false
    }

    private mutating func word(_ word: StaticString) throws(JSONFault) {
        for index in 0..<word.utf8CodeUnitCount {
            guard offset < bytes.count else { throw .truncated }
            guard bytes[offset] == word.utf8Start[index] else {
                throw .unexpected(offset: offset, expected: "\(word)")
            }
            offset += 1
        }
    }

    private mutating func numberStart(_ expected: String) throws(JSONFault) -> Int {
        let first = try peek()
        let start = offset
        guard first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
            throw .unexpected(offset: offset, expected: expected)
        }
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                offset += 1
            default: return start
            }
        }
        return start
    }
}
