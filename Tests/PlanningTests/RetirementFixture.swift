/// What a ledger remembers of the end of a pool, in a few lines of `observed.yaml`.

import Model
import TestSupport

extension RetirementEvent {
    /// `{pool: FQDN, attested: [dns], at: TIME, probed: nothing|TROUBLE, fenced: TIME, removed: TIME, refused: WHY}`;
    /// `fencing` and `reopening` are what was begun and of which nobody heard how it ended.
    static func fixture(_ node: YAMLNode) -> [RetirementEvent] {
        let pool = PoolID(connection: "madrid", fqdn: node["pool"]?.text ?? "")
        func time(_ key: String) -> Instant? { node[key]?.text.flatMap { Instant(iso: $0) } }
        let at = time("at") ?? World.now
        var events = (node["attested"]?.items ?? []).compactMap(\.text).map { row in
            RetirementEvent(
                pool,
                .attested(
                    Attestation(
                        row: row, words: "looked at it, ticket 4711",
                        by: Actor(account: "jm", host: "ops"),
                        until: time("until") ?? at + .seconds(30 * 86400))), at: at)
        }
        if let words = node["probed"]?.text {
            let verdict: Evidence.Verdict = words == "nothing" ? .passed : .failed
            events.append(
                RetirementEvent(pool, .probed([Evidence.Check("user", verdict, words)]), at: at))
        }
        if let fenced = time("fenced") {
            events.append(RetirementEvent(pool, .changed(.fence), at: fenced))
        }
        if let removed = time("removed") {
            events.append(RetirementEvent(pool, .changed(.remove), at: removed))
        }
        if let words = node["refused"]?.text {
            events.append(RetirementEvent(pool, .refused(.remove, words), at: at))
        }
        for (key, change) in [("fencing", RetirementEvent.Change.fence), ("reopening", .reopen)] {
            guard let begun = time(key) else { continue }
            events.append(RetirementEvent(pool, .intended(change, proof: []), at: begun))
        }
        return events
    }
}

extension Memory {
    /// `retirements`, `approvals` of a digest by somebody, and `vouched`: who approved what is stated, by name.
    mutating func takeEndings(_ node: YAMLNode, at time: Instant) {
        for node in node["retirements"]?.items ?? [] {
            for event in RetirementEvent.fixture(node) { retirements.take(event) }
        }
        consents = (node["approvals"]?.items ?? []).map { node in
            Consent(
                subject: .approval, digest: node["digest"]?.text ?? "", reason: "looked at it",
                by: Actor(account: node["by"]?.text ?? "", host: "ops"), at: time)
        }
        for node in node["vouched"]?.items ?? [] {
            let people = Set((node["by"]?.items ?? []).compactMap(\.text))
            for statement in statements where statement.name == node["statement"]?.text {
                vouched[statement.digest] = people
            }
        }
    }

    /// All that is stated; the one pool that is retired here is called `ocs-mad`.
    private var statements: [Testimony] {
        let gates = journey.waves.flatMap { wave, progress in
            progress.gates.compactMap { name, history in
                history.decision.map { Testimony($0, of: GateID(wave, name)) }
            }
        }
        let rows = retirements.pools.flatMap { pool, progress in
            progress.attested.values.map { Testimony($0, of: pool, named: "ocs-mad") }
        }
        return gates + rows
    }
}
