/// What people hear who write and call while something happens: SIPp plays most of them, and rehome's own
/// user agent is a second witness that writes to one after the other.

import Foundation
import SIP
import Synchronization
import TestSupport
import Testing

extension KamailioScene {
    var front: SIPEndpoint {
        SIPEndpoint(host: KamailioLab.Server.front.host, port: lab.port)
    }

    /// How a message to somebody, or to an application, is answered.
    private func answer(_ user: String) async throws -> SIPAnswer {
        // Who writes never moves.
        let writer = SIPAccount(try SIPAddress(user: "probe-\(witness)", host: "uc.test"))
        return try await agent.message(
            from: writer, to: try SIPAddress(user: user, host: "uc.test"), text: "are you there?",
            at: front, within: .seconds(20))
    }

    /// A device answers, and the message went by way of this home.
    func expectReached(
        _ user: String, on pool: KamailioLab.Server,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await answer(user)
        #expect(answer.status == 200, "\(answer.reason)", sourceLocation: sourceLocation)
        #expect(
            answer.message.list("X-Rehome-Path")
                == ["front", witness.rawValue, "front", pool.rawValue, "front"],
            sourceLocation: sourceLocation)
    }

    /// A message is answered in these words.
    func expectAnswer(
        _ words: String, of user: String,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await answer(user)
        #expect(
            "\(answer.status) \(answer.reason)" == words, "\(user)", sourceLocation: sourceLocation)
    }

    /// The applications of the lab answer from this pool.
    func expectApps(
        on pool: KamailioLab.Server, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        for app in ["voicemail", "conf-12", "4930555507"] {
            try await expectAnswer(
                "200 Application At \(pool.rawValue)", of: app, sourceLocation: sourceLocation)
        }
    }

    /// People write and call all the time while something happens, and every one of them is answered.
    func expectAllAnswered(
        while body: () async throws -> Void,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        let heard = try await listen(while: body)
        for (traffic, counts) in heard.counts {
            #expect(
                counts.failed == 0 && counts.succeeded > 0,
                "\(traffic): \(counts), \(lab.errors(of: traffic))", sourceLocation: sourceLocation)
        }
        #expect(Set(heard.answers.keys) == ["200 OK"], sourceLocation: sourceLocation)
    }

    /// People write and call all the time while something happens: what they heard.
    func listen(while body: () async throws -> Void) async throws -> Heard {
        let isOver = Switch()
        try lab.begin(.messages, rate: 100)
        try lab.begin(.calls, rate: 20)
        let answers = try await doing(
            { try await writeToEverybody(until: isOver) },
            while: {
                defer { isOver.turnOn() }
                try await body()
            })
        return Heard(
            counts: [.messages: try lab.end(.messages), .calls: try lab.end(.calls)],
            answers: answers)
    }

    struct Heard {
        /// Of SIPp.
        var counts: [KamailioLab.Traffic: KamailioLab.Counts]
        /// Of our own agent, in words, counted.
        var answers: [String: Int]
    }

    /// One message after the other, and how they were answered.
    private func writeToEverybody(until isOver: Switch) async throws -> [String: Int] {
        var heard: [String: Int] = [:]
        var number = 0
        repeat {
            let words: String
            do {
                let answer = try await answer(people[number % people.count])
                words = "\(answer.status) \(answer.reason)"
            } catch let error as SIPError {
                words = "\(error)"
            }
            heard[words, default: 0] += 1
            number += 1
        } while !isOver.isOn
        return heard
    }
}

/// Tells another thread that it is enough.
private final class Switch: Sendable {
    private let state = Mutex(false)

    var isOn: Bool { state.withLock { $0 } }

    func turnOn() { state.withLock { $0 = true } }
}

/// Does some work while something else happens, and gives back what the work came to.
///
/// It has a thread of its own: those that all tasks share wait for the processes of tests.
func doing<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result, while body: () async throws -> Void
) async throws -> Result {
    let thread = OwnThread()
    return try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask(executorPreference: thread, operation: work)
        try await body()
        return try #require(await group.next())
    }
}

private final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "rehome.tests.own")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
