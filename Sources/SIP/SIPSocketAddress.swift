/// Hosts and ports as the operating system has them, and names looked up.

import Dispatch
import Glibc
import Synchronization

struct SIPSocketAddress: Sendable {
    private var storage = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    /// What a call of the operating system fills in.
    init(
        filledBy fill: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Void
    ) {
        withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { fill($0, &length) }
        }
    }

    /// Looks an endpoint up, in a family of addresses or in whichever comes first (`AF_UNSPEC`). With
    /// `isNumeric` names are refused, so that nobody waits for a server of names. Throws
    /// `SIPError.unreachable`.
    static func look(
        up endpoint: SIPEndpoint, family: Int32 = AF_UNSPEC, isNumeric: Bool
    ) throws -> SIPSocketAddress {
        guard !endpoint.host.utf8.contains(0), !endpoint.host.isEmpty else {
            throw SIPError.unreachable(endpoint, why: "that is no host")
        }
        var hints = addrinfo()
        hints.ai_family = family
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV | (isNumeric ? AI_NUMERICHOST : 0)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(endpoint.host, "\(endpoint.port)", &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0, let found = list?.pointee, let address = found.ai_addr else {
            throw SIPError.unreachable(endpoint, why: String(cString: gai_strerror(code)))
        }
        return SIPSocketAddress { target, length in
            length.pointee = found.ai_addrlen
            UnsafeMutableRawPointer(target).copyMemory(
                from: address, byteCount: Int(found.ai_addrlen))
        }
    }

    var family: Int32 { Int32(storage.ss_family) }

    var endpoint: SIPEndpoint {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let code = withPointer {
            getnameinfo(
                $0, $1, &host, socklen_t(host.count), &port, socklen_t(port.count),
                NI_NUMERICHOST | NI_NUMERICSERV)
        }
        let text = { (characters: [CChar]) in
            String(
                decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        return SIPEndpoint(
            host: code == 0 ? text(host) : "", port: SIPText.number(text(port)) ?? 0)
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}

/// Names are looked up beside the loop, since that may take as long as a server of names likes.
enum SIPNames {
    /// The endpoint by its address, of the family that the agent speaks.
    ///
    /// - Throws: `SIPError.unreachable`, or `.timeout` after the given time.
    static func address(
        of endpoint: SIPEndpoint, family: Int32, within limit: Duration
    ) async throws -> SIPEndpoint {
        let look = { @Sendable (isNumeric: Bool) in
            try SIPSocketAddress.look(up: endpoint, family: family, isNumeric: isNumeric).endpoint
        }
        if let address = try? look(true) { return address }
        let queue = DispatchQueue(label: "rehome.sip.names", attributes: .concurrent)
        return try await withCheckedThrowingContinuation { continuation in
            let answer = First(continuation)
            queue.async { answer.give(Result { try look(false) }) }
            queue.asyncAfter(deadline: .now() + .milliseconds(SIPLimits.milliseconds(limit))) {
                answer.give(.failure(SIPError.timeout(awaited: "the address of \(endpoint.host)")))
            }
        }
    }

    /// Of two answers, the first one.
    private final class First: Sendable {
        private let continuation: Mutex<CheckedContinuation<SIPEndpoint, any Error>?>

        init(_ continuation: CheckedContinuation<SIPEndpoint, any Error>) {
            self.continuation = Mutex(continuation)
        }

        func give(_ result: Result<SIPEndpoint, any Error>) {
            let waiting = continuation.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            waiting?.resume(with: result)
        }
    }
}
