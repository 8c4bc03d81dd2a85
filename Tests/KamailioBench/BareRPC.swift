/// JSON-RPC over one connection of HTTP, as short as it can be written.

import Foundation

/// Asks a front and waits for the whole answer.
struct BareRPC {
    private let socket: FileHandle
    private let host: String

    init(host: String, port: UInt16) throws {
        let number = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        let connected = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Refusal("nobody listens at \(host):\(port)") }
        socket = FileHandle(fileDescriptor: number, closeOnDealloc: true)
        self.host = host
    }

    func ask(_ method: String) throws {
        let body = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#
        try socket.write(
            contentsOf: Data(
                """
                POST /RPC HTTP/1.1\r\nHost: \(host)\r\nContent-Type: application/json\r
                Content-Length: \(body.utf8.count)\r\n\r\n\(body)
                """.utf8))
        var answer = Data()
        while !isWhole(answer) {
            var part = [UInt8](repeating: 0, count: 65536)
            // `FileHandle.read` would wait for all of these bytes.
            let count = recv(socket.fileDescriptor, &part, part.count, 0)
            guard count > 0 else { throw Refusal("the front closed the connection") }
            answer += part[..<count]
        }
    }

    private func isWhole(_ answer: Data) -> Bool {
        let text = String(decoding: answer, as: UTF8.self)
        guard let head = text.range(of: "\r\n\r\n"),
            let length = text[..<head.lowerBound].firstMatch(of: /(?i)Content-Length: *([0-9]+)/),
            let count = Int(length.1)
        else { return false }
        return text[head.upperBound...].utf8.count >= count
    }
}
