/// A device on a TCP connection of its own: what it is sent comes there, and nowhere else.

import Foundation
import Testing

final class SIPConnection {
    private let descriptor: Int32
    private var bytes: [UInt8] = []

    init(to address: SIPAddress) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        var target = SIPSocket.socketAddress(address)
        let connected = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// A request of a user, from and, unless a header says otherwise, to himself.
    func ask(_ method: String, _ uri: String, of user: String, headers: [String] = []) {
        say(
            [
                "\(method) \(uri) SIP/2.0", "Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK-\(method)",
                "From: <sip:\(user)@uc.test>;tag=\(user)", "To: <sip:\(user)@uc.test>",
                "Call-ID: \(method)-\(user)@lab", "CSeq: 1 \(method)", "Max-Forwards: 20",
            ] + headers)
    }

    func say(_ lines: [String]) {
        let text = (lines + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
        // A peer that is gone is seen when nothing comes back.
        _ = text.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
    }

    /// The next message, which nobody here sends a body with; nil when nothing comes for long.
    func receive() -> String? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = bytes.firstRange(of: end) {
                let message = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
                bytes.removeSubrange(..<range.upperBound)
                return message
            }
            var part = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else { return nil }
            bytes += part[..<count]
        }
    }
}
