/// The thread of an agent: waits for the sockets, asks the engine, acts, and waits again.

import Dispatch
import Glibc
import Synchronization

/// Owns a queue of its own, since poll(2) blocks and none of the few threads that everybody shares is to
/// wait for a server. Whoever wants something posts it.
final class SIPLoop: Sendable {
    typealias Command = @Sendable (inout SIPStation) -> Void

    private struct Inbox {
        var commands: [Command] = []
        var isClosing = false
        var isOver = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let inbox = Mutex(Inbox())
    private let alarm: SIPAlarm

    init(_ station: SIPStation) throws {
        alarm = try SIPAlarm()
        DispatchQueue(label: "rehome.sip").async { self.run(station) }
    }

    /// False where the agent is closed, and the command will never run.
    func post(_ command: @escaping Command) -> Bool {
        let isPosted = inbox.withLock { inbox in
            guard !inbox.isClosing else { return false }
            inbox.commands.append(command)
            return true
        }
        if isPosted { alarm.ring() }
        return isPosted
    }

    /// Lets what was posted before go out, then ends; nobody waits for it.
    func endSoon() {
        inbox.withLock { $0.isClosing = true }
        alarm.ring()
    }

    /// Ends, and returns when the sockets are closed.
    func end() async {
        await withCheckedContinuation { closer in
            let isOver = inbox.withLock { inbox in
                inbox.isClosing = true
                if !inbox.isOver { inbox.closers.append(closer) }
                return inbox.isOver
            }
            if isOver { closer.resume() } else { alarm.ring() }
        }
    }

    private func run(_ beginning: SIPStation) {
        var station = beginning
        while true {
            let (commands, isClosing) = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                return (inbox.commands, inbox.isClosing)
            }
            for command in commands { command(&station) }
            if isClosing { break }
            station.turn(alarm: alarm.listener)
            alarm.quiet()
        }
        station.close()
        let closers = inbox.withLock { inbox in
            inbox.isOver = true
            return inbox.closers
        }
        for closer in closers { closer.resume() }
    }
}

/// A pipe by which a thread that waits in poll(2) is woken.
private final class SIPAlarm: Sendable {
    let listener: Int32
    private let bell: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw SIPError.unreachable(
                SIPEndpoint(host: "", port: 0), why: SIPSockets.reason(errno))
        }
        for end in ends { SIPSockets.prepare(end) }
        listener = ends[0]
        bell = ends[1]
    }

    deinit {
        close(listener)
        close(bell)
    }

    /// A full pipe has rung already.
    func ring() { _ = write(bell, [1], 1) }

    func quiet() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(listener, &bytes, bytes.count) == bytes.count {}
    }
}
