/// The sockets of an agent: one bound to its address, and for TCP the connections beside it. They never
/// block; what came in and what broke is returned.

import Glibc

struct SIPSockets: Sendable {
    enum Arrival: Sendable {
        case message(SIPMessage, SIPPeer)
        /// Nothing more goes to or comes from there.
        case lost(SIPEndpoint, why: String)
    }

    /// By its address, with the port that the system chose where 0 was asked for.
    let local: SIPEndpoint
    let family: Int32
    private let transport: SIPTransport
    private let descriptor: Int32
    private var connections: [Int: SIPConnection] = [:]
    private var opened = 0

    /// - Throws: `SIPError.unreachable` where the address is not one of this machine or is taken, and for
    ///   an address that stands for all of them, at which nobody can call back.
    init(local: SIPEndpoint, transport: SIPTransport) throws {
        let address = try SIPSocketAddress.look(up: local, isNumeric: true)
        guard !["0.0.0.0", "::"].contains(address.endpoint.host) else {
            throw SIPError.unreachable(local, why: "nobody can call back there")
        }
        let descriptor = try Self.open(address, transport)
        guard transport == .udp || listen(descriptor, 16) == 0 else {
            let why = Self.reason(errno)
            close(descriptor)
            throw SIPError.unreachable(local, why: why)
        }
        self.local = SIPSocketAddress { _ = getsockname(descriptor, $0, $1) }.endpoint
        family = address.family
        self.transport = transport
        self.descriptor = descriptor
    }

    /// To be called once, at the end.
    mutating func closeAll() {
        for connection in connections.values { close(connection.descriptor) }
        connections = [:]
        close(descriptor)
    }

    /// - Returns: Why it cannot go there, if so.
    mutating func send(_ bytes: [UInt8], to peer: SIPPeer) -> String? {
        guard bytes.count <= SIPLimits.messageBytes else { return "the message is too long" }
        do {
            switch transport {
            case .udp: try sendDatagram(bytes, to: peer.endpoint)
            case .tcp:
                let number = try connection(to: peer)
                return connections[number]?.queue(bytes)
            }
            return nil
        } catch SIPError.unreachable(_, let why) {
            return why
        } catch {
            return "\(error)"
        }
    }

    /// Waits until something comes, somebody writes to the pipe, or the time is over; nil is for ever.
    mutating func wait(_ limit: Duration?, alarm: Int32) -> [Arrival] {
        let numbers = connections.keys.sorted()
        var polled = [
            pollfd(fd: alarm, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        for number in numbers {
            guard let connection = connections[number] else { continue }
            polled.append(
                pollfd(
                    fd: connection.descriptor,
                    events: Int16(connection.wantsToWrite ? POLLIN | POLLOUT : POLLIN), revents: 0))
        }
        let timeout = limit.map { Int32(SIPLimits.milliseconds($0)) } ?? -1
        guard poll(&polled, nfds_t(polled.count), timeout) > 0 else { return [] }
        var arrivals: [Arrival] = []
        for (number, entry) in zip(numbers, polled.dropFirst(2)) where entry.revents != 0 {
            arrivals += turn(number)
        }
        if polled[1].revents != 0 {
            if transport == .udp { arrivals += receiveDatagrams() } else { accept() }
        }
        return arrivals
    }

    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

// Datagrams
extension SIPSockets {
    private func sendDatagram(_ bytes: [UInt8], to endpoint: SIPEndpoint) throws {
        let address = try SIPSocketAddress.look(up: endpoint, family: family, isNumeric: true)
        let sent = address.withPointer {
            sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, $1)
        }
        // A full buffer is a loss like any other on the way: what matters is sent again.
        guard sent < 0, errno != EAGAIN, errno != ENOBUFS else { return }
        throw SIPError.unreachable(endpoint, why: Self.reason(errno))
    }

    private func receiveDatagrams() -> [Arrival] {
        var arrivals: [Arrival] = []
        var bytes = [UInt8](repeating: 0, count: SIPLimits.messageBytes + 1)
        // A bounded number, so that timers have their turn.
        for _ in 0..<64 {
            var count = 0
            let source = SIPSocketAddress {
                count = recvfrom(descriptor, &bytes, bytes.count, 0, $0, $1)
            }
            guard count >= 0 else { break }
            guard let message = try? SIPReader.datagram(Array(bytes.prefix(count))) else {
                continue
            }
            arrivals.append(.message(message, SIPPeer(endpoint: source.endpoint)))
        }
        return arrivals
    }
}

// Connections
extension SIPSockets {
    /// The one that something came on, another one to the same place, or a new one.
    private mutating func connection(to peer: SIPPeer) throws -> Int {
        if let number = peer.connection, connections[number] != nil { return number }
        if let known = connections.first(where: { $0.value.endpoint == peer.endpoint }) {
            return known.key
        }
        let address = try SIPSocketAddress.look(up: peer.endpoint, family: family, isNumeric: true)
        let own = try SIPSocketAddress.look(
            up: SIPEndpoint(host: local.host, port: 0), family: family, isNumeric: true)
        let descriptor = try Self.open(own, .tcp)
        let code = address.withPointer { connect(descriptor, $0, $1) }
        guard code == 0 || errno == EINPROGRESS else {
            let why = Self.reason(errno)
            close(descriptor)
            throw SIPError.unreachable(peer.endpoint, why: why)
        }
        guard let number = add(descriptor, peer.endpoint, isConnecting: code != 0) else {
            throw SIPError.unreachable(peer.endpoint, why: "too many connections are open")
        }
        return number
    }

    private mutating func accept() {
        for _ in 0..<16 {
            var accepted: Int32 = -1
            let source = SIPSocketAddress { accepted = Glibc.accept(descriptor, $0, $1) }
            guard accepted >= 0 else { return }
            Self.prepare(accepted)
            _ = add(accepted, source.endpoint, isConnecting: false)
        }
    }

    private mutating func add(
        _ descriptor: Int32, _ endpoint: SIPEndpoint, isConnecting: Bool
    ) -> Int? {
        guard connections.count < SIPLimits.connections else {
            close(descriptor)
            return nil
        }
        opened += 1
        connections[opened] = SIPConnection(
            descriptor: descriptor, endpoint: endpoint, isConnecting: isConnecting)
        return opened
    }

    private mutating func turn(_ number: Int) -> [Arrival] {
        guard var connection = connections[number] else { return [] }
        let (messages, end) = connection.turn()
        connections[number] = connection
        let peer = SIPPeer(endpoint: connection.endpoint, connection: number)
        var arrivals = messages.map { Arrival.message($0, peer) }
        if let end {
            connections[number] = nil
            close(connection.descriptor)
            arrivals.append(.lost(connection.endpoint, why: end))
        }
        return arrivals
    }

    private static func open(
        _ address: SIPSocketAddress, _ transport: SIPTransport
    ) throws -> Int32 {
        let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        let descriptor = socket(address.family, Int32(kind.rawValue), 0)
        guard descriptor >= 0 else {
            throw SIPError.unreachable(address.endpoint, why: reason(errno))
        }
        prepare(descriptor)
        var yes: Int32 = 1
        // What a former agent left in the state of waiting does not keep its port.
        if transport == .tcp {
            setsockopt(
                descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        }
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
            let why = reason(errno)
            close(descriptor)
            throw SIPError.unreachable(address.endpoint, why: why)
        }
        return descriptor
    }

    /// Never blocks, and is not handed on to programs that somebody starts.
    static func prepare(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
}
