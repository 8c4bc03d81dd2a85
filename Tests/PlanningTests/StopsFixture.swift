/// What the ledger remembers that keeps somebody from moving: pauses, what was taken back, failures, doubt.

import Model
import TestSupport

extension Memory {
    /// `pauses: [{rollout: madrid, reason: the line is down, until: TIME}, {reason: a storm}]`,
    /// `rolledBack: [ana@...]`, `setAside: [{user: ana@..., message: no license}]` and `inDoubt: [ana@...]`.
    mutating func takeStops(_ remembered: YAMLNode, at now: Instant) {
        let jm = Actor(account: "jm", host: "ops")
        for node in remembered["pauses"]?.items ?? [] {
            let scope = node["rollout"]?.text.map { PauseScope.rollout($0) } ?? .estate
            let until = node["until"]?.text.flatMap { Instant(iso: $0) }
            stops.take(
                Instruction(
                    .pause(scope, until: until), reason: node["reason"]?.text, by: jm,
                    at: now + .seconds(-3600)))
        }
        for name in (remembered["rolledBack"]?.items ?? []).compactMap(\.text) {
            rolledBack.insert(JourneyFixture.step(of: name))
        }
        for node in remembered["setAside"]?.items ?? [] {
            setAside[JourneyFixture.step(of: node["user"]?.text ?? "")] = SetAside(
                message: node["message"]?.text ?? "", since: now + .seconds(-3600))
        }
        for name in (remembered["inDoubt"]?.items ?? []).compactMap(\.text) {
            let move = Move(
                step: JourneyFixture.step(of: name), resource: ResourceID(kind: .user, name: name),
                ownID: nil, from: "ocs.contoso.example", to: "lync.contoso.example")
            inDoubt.append(
                IntendedStep(
                    run: RunID("20261122-090000-1f3a"), batch: 1, connection: "madrid", move: move,
                    placement: "madrid", bySelection: true, attempt: 1, at: now + .seconds(-60),
                    deadline: now + .seconds(60), repeatable: true))
        }
    }
}
