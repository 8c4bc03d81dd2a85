/// A small user agent of SIP: it asks, it calls, and it answers whoever asks or calls it (RFC 3261, 3428).

import Synchronization

/// One end of conversations over one socket. Many may go on at once.
///
/// ```swift
/// try await SIPAgent.with(local: SIPEndpoint(host: "127.0.0.1", port: 0), .udp, seed: seed) { agent in
///     let alive = try await agent.options(to: pool, within: .seconds(2))
///     try await agent.register(ana, at: front, expires: 60, within: .seconds(2))
///     let sent = try await agent.message(
///         from: ana, to: ben, text: "hello", at: front, within: .seconds(2))
///     let call = try await agent.call(from: ana, to: ben, at: front, within: .seconds(5))
///     let message = try await agent.next("MESSAGE", within: .seconds(2)) { $0.text == "hello" }
///     // message.message.vias and .list("Record-Route") tell which proxies it passed
/// }
/// ```
///
/// Each request goes to the endpoint `at`, whatever its address says, and to its address where there is
/// none; those within a call go where its other end and the proxies on its path want them. It answers
/// OPTIONS, MESSAGE, INVITE, BYE and CANCEL by itself and keeps what came (`received`, `next`).
///
/// A final answer is returned, whatever its status. Errors are `SIPError`: no answer by the deadline, no
/// way there, or something that cannot be said. A waiting task that is cancelled stops waiting; a call
/// that it was setting up is called off.
package final class SIPAgent: Sendable {
    /// By its address, with the port that it got.
    package let local: SIPEndpoint
    package let transport: SIPTransport
    /// Where everybody is reached who speaks through this agent. It names nobody: servers keep short
    /// contacts only, and users may be long.
    let contact: SIPAddress
    private let family: Int32
    let tokens: SIPTokens
    private let loop: SIPLoop
    private let count = Mutex(0)

    /// Binds the socket and starts to answer, until `close` or until nobody has the agent any more.
    ///
    /// Peers can call back at `local`, an address of this machine; port 0 takes a free one. The seed is
    /// another one for each agent: names of requests are made from it. Throws `SIPError.unreachable` where
    /// the address cannot be had.
    package init(local: SIPEndpoint, _ transport: SIPTransport, seed: UInt64) throws {
        var sockets = try SIPSockets(local: local, transport: transport)
        self.local = sockets.local
        self.transport = transport
        family = sockets.family
        tokens = SIPTokens(seed: seed, local: sockets.local)
        do {
            contact = try SIPAddress(
                user: nil, host: sockets.local.host, port: sockets.local.port,
                parameters: transport == .tcp ? [SIPParameter("transport", "tcp")] : [])
            let engine = SIPEngine(
                local: sockets.local, transport: transport,
                contact: SIPHeader(made: "Contact", "<\(contact)>"),
                body: Self.session(at: sockets.local), tokens: tokens)
            loop = try SIPLoop(SIPStation(engine, sockets))
        } catch {
            sockets.closeAll()
            throw error
        }
    }

    deinit { loop.endSoon() }

    /// An agent for as long as the body runs, closed whatever happens.
    package static func with<Result>(
        local: SIPEndpoint, _ transport: SIPTransport, seed: UInt64,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (SIPAgent) async throws -> Result
    ) async throws -> Result {
        let agent = try SIPAgent(local: local, transport, seed: seed)
        do {
            let result = try await body(agent)
            await agent.close()
            return result
        } catch {
            await agent.close()
            throw error
        }
    }

    /// Ends every conversation with `SIPError.closed`; afterwards the port is free.
    package func close() async { await loop.end() }

    /// The requests that came in, in their order, retransmissions once; the last thousand of them.
    package func received() async throws -> [SIPReceived] {
        try await withCheckedThrowingContinuation { continuation in
            let isPosted = loop.post { continuation.resume(returning: $0.received) }
            if !isPosted { continuation.resume(throwing: SIPError.closed) }
        }
    }

    /// The first request of a method that fits and was not given here before: one that came already, or
    /// the next one that does.
    ///
    /// - Throws: `SIPError.timeout`.
    package func next(
        _ method: String, within limit: Duration,
        where fits: @escaping @Sendable (SIPReceived) -> Bool = { _ in true }
    ) async throws -> SIPReceived {
        let deadline = ContinuousClock.now + limit
        return try await waiting { number, continuation in
            { $0.serve(number, method, until: deadline, fits, continuation) }
        }
    }

    /// Sends a request, which has no Via yet, and waits for its final answer.
    func ask(
        _ request: SIPMessage, at endpoint: SIPEndpoint, until deadline: ContinuousClock.Instant
    ) async throws -> SIPAnswer {
        try await waiting { number, continuation in
            { $0.begin(number, request, to: endpoint, until: deadline, continuation) }
        }
    }

    func acknowledge(_ answer: SIPAnswer, with message: SIPMessage, at endpoint: SIPEndpoint) throws
    {
        let isPosted = loop.post {
            $0.acknowledge(answer.message, with: message, to: endpoint)
        }
        if !isPosted { throw SIPError.closed }
    }

    /// An endpoint by its address.
    func address(
        of endpoint: SIPEndpoint, until deadline: ContinuousClock.Instant
    ) async throws -> SIPEndpoint {
        try await SIPNames.address(
            of: endpoint, family: family, within: ContinuousClock.now.duration(to: deadline))
    }

    /// Posts a command that will resume the continuation, and takes it back when the task is cancelled.
    private func waiting<Result: Sendable>(
        _ command: (Int, CheckedContinuation<Result, any Error>) -> SIPLoop.Command
    ) async throws -> Result {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard loop.post(command(number, continuation)) else {
                    return continuation.resume(throwing: SIPError.closed)
                }
                // A task that was cancelled before has called the handler already, in vain.
                if Task.isCancelled { _ = loop.post { $0.abandon(number) } }
            }
        } onCancel: {
            _ = loop.post { $0.abandon(number) }
        }
    }

    /// The least that a call agrees on: one audio stream, on which nobody sends (RFC 4566).
    static func session(at local: SIPEndpoint) -> [UInt8] {
        let address = "IN \(local.host.contains(":") ? "IP6" : "IP4") \(local.host)"
        let lines = [
            "v=0", "o=- 1 1 \(address)", "s=-", "c=\(address)", "t=0 0", "m=audio 9 RTP/AVP 0",
            "a=inactive", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}
