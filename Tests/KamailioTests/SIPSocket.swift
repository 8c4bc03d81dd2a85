/// Just enough of SIP to ask a server something over UDP and read the first line of its answer.

import Foundation
import Synchronization
import Testing

struct SIPAddress: Sendable {
    var host: String
    var port: UInt16
}

final class SIPSocket: Sendable {
    private let descriptor: Int32
    private let number = Mutex(0)
    private let closed = Mutex(false)

    /// Whether who reads it is to stop.
    var isClosed: Bool {
        get { closed.withLock { $0 } }
        set { closed.withLock { $0 = newValue } }
    }

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(descriptor >= 0)
        var address = Self.socketAddress(SIPAddress(host: "127.0.0.1", port: 0))
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(bound == 0)
        // An answer comes in milliseconds, or the question was lost and is asked again.
        var patience = timeval(tv_sec: 0, tv_usec: 100_000)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    var port: UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(descriptor, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// The first line of the final answer to a request; nil where none came.
    func ask(
        _ method: String, _ uri: String, at address: SIPAddress, attempts: Int, to: String? = nil,
        headers: [String] = []
    ) throws -> String? {
        try answer(method, uri, at: address, attempts: attempts, to: to, headers: headers)?
            .split(separator: "\r\n").first.map(String.init)
    }

    /// The final answer to a request; nil where none came. Who asks is from outside, unless he says
    /// who he is: then the request goes through his own pool first.
    func answer(
        _ method: String, _ uri: String, at address: SIPAddress, attempts: Int, to: String? = nil,
        from: String = "sip:probe@elsewhere.test", headers: [String] = []
    ) throws -> String? {
        let id = number.withLock { number in
            number += 1
            return "\(port)-\(number)"
        }
        let request =
            ([
                "\(method) \(uri) SIP/2.0",
                "Via: SIP/2.0/UDP 127.0.0.1:\(port);branch=z9hG4bK-\(id)",
                "From: <\(from)>;tag=\(port)", "To: <\(to ?? uri)>",
                "Call-ID: \(id)@lab", "CSeq: 1 \(method)", "Max-Forwards: 10",
            ] + headers + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
        for _ in 0..<attempts {
            send(request, to: address)
            while let (answer, _) = receive() {
                if answer.contains("Call-ID: \(id)@lab"), !answer.hasPrefix("SIP/2.0 1") {
                    return answer
                }
            }
        }
        return nil
    }

    func send(_ text: String, to address: SIPAddress) {
        var target = Self.socketAddress(address)
        let bytes = Array(text.utf8)
        withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    descriptor, bytes, bytes.count, 0, $0,
                    socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// What came, and from where; nil where nothing came for a while.
    func receive() -> (text: String, sender: SIPAddress)? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(descriptor, &bytes, bytes.count, 0, $0, &size)
            }
        }
        guard count > 0 else { return nil }
        var host = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
        inet_ntop(AF_INET, &address.sin_addr, &host, socklen_t(host.count))
        let name = String(
            decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return (
            String(decoding: bytes.prefix(count), as: UTF8.self),
            SIPAddress(host: name, port: UInt16(bigEndian: address.sin_port))
        )
    }

    static func socketAddress(_ address: SIPAddress) -> sockaddr_in {
        var result = sockaddr_in()
        result.sin_family = sa_family_t(AF_INET)
        result.sin_port = address.port.bigEndian
        inet_pton(AF_INET, address.host, &result.sin_addr)
        return result
    }
}
