/// Keeps waves going: measures the gates that are due, and records what became of waves by itself.

import Adapters
import Ledgers
import Model
import Planning

struct WaveKeeper: Sendable {
    let desired: DesiredState
    let adapters: [String: any Adapter]
    let edges: any Edges
    let now: @Sendable () -> Instant
    /// Is told each measurement as it comes.
    let heard: @Sendable (GateReading) -> Void
    /// Whether it also records what follows from time and measurements for a wave: that takes the lease.
    var concludes = true
    /// Names of pools that a person gave up: gates about them are waived.
    var givenUp: Set<String> = []

    /// How long one question may take.
    private static let deadline = Duration.seconds(60)

    /// Goes on until nothing is due, recording each thing and planning anew with it.
    ///
    /// - Parameters:
    ///   - survey: Whose plan is of now; it becomes that of afterwards.
    ///   - part: What the plan is about.
    ///   - record: Makes events durable.
    /// - Throws: What `record` throws.
    func advance(
        _ survey: inout Survey, _ part: Narrowing,
        record: ([WaveEvent]) async throws -> Void
    ) async throws {
        guard !desired.rollouts.isEmpty else { return }
        // Each gate once: one that takes longer than its interval would be due for ever.
        var measured: Set<GateID> = []
        while true {
            var circumstances = Circumstances(survey.memory, desired.policy, at: now())
            circumstances.plan = survey.plan.digest
            circumstances.measuresAnew = !givenUp.isEmpty
            var events =
                concludes
                ? desired.realigned(circumstances.journey, at: circumstances.time) : []
            // What is due is measured before anything is concluded from what was measured before.
            if events.isEmpty {
                events = await measure(
                    circumstances.dueGates(of: survey.plan), in: survey, but: &measured)
            }
            if events.isEmpty, concludes {
                events = circumstances.news(
                    of: survey.plan, inDoubt: survey.memory.inDoubt.map(\.move.step))
            }
            guard !events.isEmpty else { break }
            try await record(events)
            for event in events { survey.memory.journey.take(event) }
            survey.plan = Planner.plan(
                desired: desired, observed: survey.observed, memory: survey.memory,
                capabilities: survey.capabilities, asOf: now(), part: part)
        }
    }

    /// One gate after the other, so that probes do not disturb each other.
    private func measure(
        _ due: [(stage: Stage, side: GateName.Side, gates: [Gate])], in survey: Survey,
        but measured: inout Set<GateID>
    ) async -> [WaveEvent] {
        var events: [WaveEvent] = []
        for (stage, side, gates) in due {
            guard let wave = stage.waveID else { continue }
            for gate in gates {
                let id = GateID(wave, GateName(side, gate.name))
                guard gate.isMeasured, measured.insert(id).inserted else { continue }
                let measurement =
                    if let question = gate.question {
                        await measure(id.name, question, between: stage.routes)
                    } else {
                        await ask(gate.call ?? gate.name, about: id, of: stage, in: survey)
                    }
                heard(GateReading(wave: wave, measurement: measurement))
                events.append(WaveEvent(wave, .measured(measurement), at: now()))
            }
        }
        return events
    }

    private func measure(
        _ gate: GateName, _ question: Probe.Question, between routes: [WaveRoute]
    ) async -> GateMeasurement {
        var checks: [Evidence.Check] = []
        for pools in Self.subjects(of: question, routes) {
            if let pool = pools.first(where: givenUp.contains) {
                let words = "\(pool) is given up, so nothing about it is asked"
                checks.append(Evidence.Check(pools.joined(separator: " and "), .passed, words))
            } else {
                checks += await ask(question, of: pools)
            }
        }
        let evidence = Evidence.verdict(of: checks)
        let first = checks.first { $0.verdict == evidence } ?? checks.first
        let words = first.map { "\($0.subject): \($0.words)" } ?? "there is nobody to ask"
        return GateMeasurement(
            gate: gate, verdict: evidence, words: evidence == .passed ? "" : words, checks: checks)
    }

    /// Of a call-out, which names the plan that it is asked about.
    private func ask(
        _ call: String, about gate: GateID, of stage: Stage, in survey: Survey
    ) async -> GateMeasurement {
        let began = survey.memory.journey[gate.wave]?.start
        let start = gate.name.side == .after ? began : nil
        let question = CalloutQuestion(
            gate: gate, plan: start?.plan ?? survey.plan.digest, revision: desired.revision,
            change: start?.change ?? stage.change, routes: stage.routes,
            members: start?.members ?? survey.plan.stepCount(of: gate.wave), at: now())
        let answer = await edges.call(call, about: question)
        let check = Evidence.Check(
            "the call-out \(call)", answer.verdict, answer.words, took: answer.took)
        let words = answer.verdict == .passed ? "" : "\(check.subject): \(check.words)"
        return GateMeasurement(
            gate: gate.name, verdict: answer.verdict, words: words, checks: [check],
            plan: answer.isOfSomebody ? question.plan : nil)
    }

    /// By name: both ends of each way for what is asked of two, else every pool of any way, once.
    private static func subjects(
        of question: Probe.Question, _ routes: [WaveRoute]
    ) -> [[String]] {
        let subjects =
            question.isBetweenTwo
            ? routes.map { [$0.from, $0.to] } : routes.flatMap { [[$0.from], [$0.to]] }
        var seen: Set<[String]> = []
        return subjects.filter { seen.insert($0).inserted }
    }

    private func ask(_ question: Probe.Question, of names: [String]) async -> [Evidence.Check] {
        let subject = names.joined(separator: " and ")
        let pools = names.compactMap(desired.pool(named:))
        guard pools.count == names.count, let connection = pools.first?.connection,
            let adapter = adapters[connection]
        else { return [Evidence.Check(subject, .inconclusive, "no such pools are declared")] }
        guard adapter.capabilities.probes.contains(question) else {
            return [
                Evidence.Check(
                    subject, .inconclusive,
                    "\(connection) has no probe for \(question.rawValue): attest it, or leave the gate out"
                )
            ]
        }
        do {
            return try await adapter.probe(
                Probe(question, pools.map(\.fqdn)), deadline: now() + Self.deadline
            ).checks
        } catch {
            return [Evidence.Check(subject, .inconclusive, error.message)]
        }
    }
}
