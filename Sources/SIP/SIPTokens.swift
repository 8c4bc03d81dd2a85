/// Names that nobody else gives: branches, tags, Call-IDs and nonces (RFC 3261 19.3).

import Crypto
import Synchronization

/// Each name once, from a seed that comes in and the address of the agent, which is its own.
final class SIPTokens: Sendable {
    private let seed: UInt64
    private let local: SIPEndpoint
    private let count = Mutex<UInt64>(0)

    init(seed: UInt64, local: SIPEndpoint) {
        self.seed = seed
        self.local = local
    }

    func next() -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return SIPText.hex(SHA256.hash(data: Array("\(seed) \(local) \(number)".utf8)).prefix(12))
    }

    /// With the mark of RFC 3261 8.1.1.7.
    func branch() -> String { "z9hG4bK" + next() }
}
