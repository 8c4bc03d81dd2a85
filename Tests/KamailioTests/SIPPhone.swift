/// A device that registers one user and says yes to whatever it is asked.

import Foundation

/// Answers on a thread of its own until it is hung up.
final class SIPPhone: Sendable {
    private let socket: SIPSocket
    private let ended = DispatchSemaphore(value: 0)

    init() throws {
        socket = try SIPSocket()
        let socket = socket
        let ended = ended
        Thread {
            while !socket.isClosed {
                guard let (request, sender) = socket.receive() else { continue }
                guard let answer = Self.answer(to: request) else { continue }
                socket.send(answer, to: sender)
            }
            ended.signal()
        }.start()
    }

    /// The final answer to a registration of a user at the front.
    func register(_ user: String, at front: SIPAddress, by caller: SIPSocket) throws -> String? {
        try caller.ask(
            "REGISTER", "sip:uc.test", at: front, attempts: 20, to: "sip:\(user)@uc.test",
            headers: ["Contact: <sip:\(user)@127.0.0.1:\(socket.port)>", "Expires: 600"])
    }

    func hangUp() {
        socket.isClosed = true
        ended.wait()
    }

    /// A 200 with what a response repeats of its request.
    static func answer(to request: String) -> String? {
        guard !request.hasPrefix("SIP/2.0"), !request.hasPrefix("ACK") else { return nil }
        let kept = ["via:", "from:", "to:", "call-id:", "cseq:"]
        let headers = request.split(separator: "\r\n").filter { line in
            kept.contains { line.lowercased().hasPrefix($0) }
        }.map { $0.lowercased().hasPrefix("to:") ? "\($0);tag=phone" : String($0) }
        return (["SIP/2.0 200 OK"] + headers + ["Content-Length: 0", "", ""])
            .joined(separator: "\r\n")
    }
}
