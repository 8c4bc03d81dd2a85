/// Just enough of SIP to ask a server something over UDP and read the first line of its answer.

import Foundation
import Testing

struct SIPAddress {
    var host: String
    var port: UInt16
}

final class SIPSocket {
    private let descriptor: Int32
    private var number = 0

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

    /// A port that is free on all addresses of the loopback now.
    static func freePort() throws -> UInt16 { try SIPSocket().port }

    private var port: UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(descriptor, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// The final answer to a request, its first line; nil where none came.
    func ask(
        _ method: String, _ uri: String, at address: SIPAddress, attempts: Int
    ) throws -> String? {
        number += 1
        let request = [
            "\(method) \(uri) SIP/2.0",
            "Via: SIP/2.0/UDP 127.0.0.1:\(port);branch=z9hG4bK-\(port)-\(number)",
            "From: <sip:probe@uc.test>;tag=\(port)", "To: <\(uri)>",
            "Call-ID: \(port)-\(number)@lab", "CSeq: \(number) \(method)", "Max-Forwards: 10",
            "Content-Length: 0", "", "",
        ].joined(separator: "\r\n")
        for _ in 0..<attempts {
            send(request, to: address)
            while let answer = receive() {
                guard answer.contains("Call-ID: \(port)-\(number)@lab"),
                    let line = answer.split(separator: "\r\n").first,
                    !line.hasPrefix("SIP/2.0 1")
                else { continue }
                return String(line)
            }
        }
        return nil
    }

    private func send(_ text: String, to address: SIPAddress) {
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

    private func receive() -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }

    private static func socketAddress(_ address: SIPAddress) -> sockaddr_in {
        var result = sockaddr_in()
        result.sin_family = sa_family_t(AF_INET)
        result.sin_port = address.port.bigEndian
        inet_pton(AF_INET, address.host, &result.sin_addr)
        return result
    }
}
