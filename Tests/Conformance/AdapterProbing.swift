/// Cases about questions of gates, and about the end of a pool.

import Adapters
import Model

extension AdapterSuite {
    static let probingCases: [Case] = [
        Case(
            title: "what it lists it answers, and nothing is changed by asking",
            lesson: """
                a probe is run again and again while people work: whatever it registers or writes it \
                takes back; an answer without a single check proves nothing
                """,
            body: { stage in
                let before = try await stage.observe()
                for question in stage.adapter.capabilities.probes.sorted() {
                    let evidence = try await stage.ask(question)
                    try demand(!evidence.checks.isEmpty, "\(question.rawValue): no check")
                    try demand(
                        evidence.checks.allSatisfy { !$0.subject.isEmpty && !$0.words.isEmpty },
                        "\(question.rawValue): a check without words")
                }
                try demand(try await stage.observe().sorted == before.sorted, "something moved")
            }),
        Case(
            title: "what it does not list it refuses for good",
            lesson: "an answer made up for a question that nobody measured opens a gate",
            body: { stage in
                let unknown = Set(Probe.Question.allCases)
                    .subtracting(stage.adapter.capabilities.probes)
                for question in unknown.sorted() {
                    do throws(AdapterError) {
                        let evidence = try await stage.ask(question)
                        throw AdapterError.transient("\(evidence.verdict)")
                    } catch {
                        guard case .permanent = error else {
                            throw BrokenPromise("\(question.rawValue): \(error)")
                        }
                    }
                }
            }),
        Case(
            title: "a pool that is home to anybody is neither proven empty nor closed",
            lesson: """
                count in the deployment itself, in the transaction that closes the pool, so that who \
                arrives at that moment is seen or refused
                """,
            body: { stage in
                if stage.adapter.capabilities.probes.contains(.empty) {
                    let evidence = try await stage.ask(.empty)
                    try demand(evidence.verdict != .passed, "\(evidence.checks)")
                }
                let close = PoolChange(.close, pool: AdapterFixture.old, fence: nil)
                do throws(AdapterError) {
                    let outcome = try await stage.adapter.change(
                        close, deadline: stage.deployment.now() + .seconds(60))
                    guard stage.adapter.capabilities.closesPools, outcome.isConflict else {
                        throw AdapterError.transient("closing came back as \(outcome)")
                    }
                } catch {
                    guard !stage.adapter.capabilities.closesPools, case .permanent = error else {
                        throw BrokenPromise("\(error)")
                    }
                }
            }),
    ]
}

extension AdapterStage {
    fileprivate func ask(_ question: Probe.Question) async throws(AdapterError) -> Evidence {
        let pools =
            question.isBetweenTwo
            ? [AdapterFixture.old, AdapterFixture.new] : [AdapterFixture.old]
        return try await adapter.probe(
            Probe(question, pools), deadline: deployment.now() + .seconds(60))
    }
}
