/// Messages without end, to one after the other, and how they were answered.

import Foundation
import Synchronization

final class Traffic: Sendable {
    private let isOver = Mutex(false)
    private let answers = Mutex<[String: Int]>([:])
    private let ended = DispatchSemaphore(value: 0)

    init(to users: [String], at front: SIPAddress) {
        Thread { [self] in
            defer { ended.signal() }
            guard let caller = try? SIPSocket() else { return }
            var number = 0
            while !isOver.withLock({ $0 }) {
                let user = users[number % users.count]
                number += 1
                let answer = try? caller.ask(
                    "MESSAGE", "sip:\(user)@uc.test", at: front, attempts: 30)
                answers.withLock { $0[answer ?? "no answer", default: 0] += 1 }
            }
        }.start()
    }

    /// Ends it and tells all answers, counted.
    func end() async -> [String: Int] {
        isOver.withLock { $0 = true }
        await withCheckedContinuation { continuation in
            Thread {
                self.ended.wait()
                continuation.resume()
            }.start()
        }
        return answers.withLock { $0 }
    }
}
