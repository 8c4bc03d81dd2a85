/// Ctrl-C and SIGTERM: the first asks the run to finish what is in flight, the second ends the process.

import Dispatch
import Execution
import Foundation
import Synchronization

final class Signals: Sendable {
    /// Its first element is the first signal.
    let stops: AsyncStream<RunMachine.Stop>
    private let first = Mutex<Int32?>(nil)
    /// Kept so that they go on.
    private let sources = Mutex<[any DispatchSourceSignal]>([])

    /// The first signal that came, or nil.
    var received: Int32? { first.withLock { $0 } }

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: RunMachine.Stop.self)
        stops = stream
        let queue = DispatchQueue(label: "rehome.signals")
        sources.withLock { sources in
            for number in [SIGINT, SIGTERM] {
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler { [weak self] in self?.came(number, continuation) }
                source.resume()
                sources.append(source)
            }
        }
    }

    private func came(_ number: Int32, _ continuation: AsyncStream<RunMachine.Stop>.Continuation) {
        let isFirst = first.withLock { first in
            defer { first = first ?? number }
            return first == nil
        }
        guard isFirst else {
            Console.say("\nstopped at once: run the same command again, it looks first and goes on")
            exit(128 + number)
        }
        Console.say(
            "\nfinishing what is in flight; once more to stop at once (nothing is lost either way)")
        continuation.yield(.interrupt)
    }
}
