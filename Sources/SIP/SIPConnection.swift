/// One TCP connection: bytes that wait to be written, and bytes that are not yet a message.

import Glibc

struct SIPConnection: Sendable {
    let descriptor: Int32
    let endpoint: SIPEndpoint
    private var isConnecting: Bool
    private var input: [UInt8] = []
    private var output: [UInt8] = []

    init(descriptor: Int32, endpoint: SIPEndpoint, isConnecting: Bool) {
        self.descriptor = descriptor
        self.endpoint = endpoint
        self.isConnecting = isConnecting
    }

    var wantsToWrite: Bool { isConnecting || !output.isEmpty }

    /// Writes what can be without waiting, and keeps the rest.
    ///
    /// - Returns: Why it cannot go there, if so.
    mutating func queue(_ bytes: [UInt8]) -> String? {
        guard output.count + bytes.count <= SIPLimits.outputBytes else {
            return "it does not read what it is sent"
        }
        output += bytes
        return isConnecting ? nil : write()
    }

    /// Writes and reads what can be without waiting.
    ///
    /// - Returns: Whole messages, and why the connection is at its end, if so.
    mutating func turn() -> (messages: [SIPMessage], end: String?) {
        if isConnecting {
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
            guard code == 0 else { return ([], SIPSockets.reason(code)) }
            isConnecting = false
        }
        if let end = write() { return ([], end) }
        let end = read()
        do {
            return (try messages(), end)
        } catch {
            // Where the next message begins cannot be told any more.
            return ([], "\(error)")
        }
    }

    private mutating func write() -> String? {
        while !output.isEmpty {
            let count = send(descriptor, output, output.count, Int32(MSG_NOSIGNAL))
            guard count >= 0 else {
                return [EAGAIN, EINTR, ENOTCONN].contains(errno) ? nil : SIPSockets.reason(errno)
            }
            output.removeFirst(count)
        }
        return nil
    }

    private mutating func read() -> String? {
        var bytes = [UInt8](repeating: 0, count: SIPLimits.messageBytes)
        // What is more stays in the system's buffer until these are messages.
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count != 0 else { return "it closed the connection" }
        guard count > 0 else {
            return [EAGAIN, EINTR, ENOTCONN].contains(errno) ? nil : SIPSockets.reason(errno)
        }
        input += bytes.prefix(count)
        return nil
    }

    private mutating func messages() throws -> [SIPMessage] {
        var messages: [SIPMessage] = []
        var at = 0
        while let (message, count) = try SIPReader.stream(input[at...]) {
            messages.append(message)
            at += count
        }
        input.removeFirst(at)
        return messages
    }
}
