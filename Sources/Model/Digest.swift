/// Digests: SHA-256 over bytes that mean the same wherever and whenever they are made.

import Crypto

/// Takes fields one after the other; every field is framed by its length, so that no two different
/// lists of fields run together to the same bytes.
package struct Digest: Sendable {
    private var hasher = SHA256()

    package init() {}

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        withUnsafeBytes(of: UInt32(clamping: bytes.count).littleEndian) {
            hasher.update(bufferPointer: $0)
        }
        hasher.update(bufferPointer: bytes)
    }

    package mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    package mutating func add(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { add($0) }
    }

    /// 64 hexadecimal digits.
    package func hex() -> String { Self.hex(Array(hasher.finalize())) }

    package func bytes() -> [UInt8] { Array(hasher.finalize()) }

    /// The first 16 bytes as two numbers, most significant first.
    package func numbers() -> (high: UInt64, low: UInt64) {
        hasher.finalize().withUnsafeBytes { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    package static func hex(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(Self.digits[Int(byte >> 4)])
            text.append(Self.digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    static let digits = Array("0123456789abcdef".utf8)
}

/// Names a deed: the hash of (action, connection, resource or pool, from, to), all folded, so that the
/// same deed has the same name in every plan. 128 bits of SHA-256. Of a name without capitals it is the
/// same by any folding.
package struct StepID: Hashable, Sendable, Comparable {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(
        action: Step.Action, connection: String, subject: UnsafeRawBufferPointer, kind: Kind?,
        from: String, to: String, comparedBy folding: Folding
    ) {
        var digest = Digest()
        digest.add(action.rawValue)
        digest.add(Address.folded(connection))
        digest.add(kind?.name ?? "pool")
        folding.withFolded(subject) { digest.add($0) }
        digest.add(Address.folded(from))
        digest.add(Address.folded(to))
        self.init(truncating: digest)
    }

    /// The first 16 bytes of a longer digest.
    package init(truncating digest: Digest) { (high, low) = digest.numbers() }

    /// Reads 32 hexadecimal digits.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    package static func < (one: StepID, other: StepID) -> Bool {
        (one.high, one.low) < (other.high, other.low)
    }
}

extension StepID: CustomStringConvertible {
    package var description: String {
        Digest.hex(bytes)
    }

    /// 16 bytes, most significant first.
    package var bytes: [UInt8] {
        [high, low].flatMap { half in
            (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) }
        }
    }
}
