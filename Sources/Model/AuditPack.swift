/// All that is needed to judge one wave, in one value.

/// What an auditor gets of a wave: events, plans, approvals, evidence and outcomes, each with the link of the
/// audit chain that holds it.
package struct AuditPack: Sendable {
    package var wave: WaveID
    /// The id of the ledger.
    package var ledger: String
    /// The head of the audit chain, `NUMBER:HASH`, and the first link that does not fit; nil when it is whole.
    package var head: String
    package var broken: String?
    package var chapters: [WaveChapter]
    /// The plans by which it began, by which its runs went on, and that were approved with steps of it.
    package var plans: [RecordedPlan]
    package var consents: [Recorded<Consent>]
    package var runs: [Run]

    package init(
        of wave: WaveID, in chronicle: WaveChronicle, ledger: String, head: String,
        broken: String?
    ) {
        self.wave = wave
        self.ledger = ledger
        self.head = head
        self.broken = broken
        chapters = chronicle.chapters(of: wave.rollout, wave.wave)
        let attempts = chapters.flatMap(\.attempts)
        let ids = Set(attempts.map(\.intent.run)).union(chapters.compactMap { $0.start?.run })
        runs = ids.sorted().compactMap { chronicle.runs[$0] }
        var digests = Set(runs.map(\.plan)).union(chapters.compactMap { $0.start?.plan })
        // Somebody may have approved another plan that had steps of it: that is an approval of the steps.
        let steps = Set(attempts.map(\.intent.move.step))
        consents = chronicle.consents.filter { consent in
            if digests.contains(consent.value.digest) { return true }
            if case .attestation(let stated) = consent.value.subject {
                return stated.hasPrefix("\(wave)/")
            }
            return chronicle.plans[consent.value.digest]?.steps.contains(where: steps.contains)
                ?? false
        }
        digests.formUnion(consents.map(\.value.digest))
        plans = digests.compactMap { chronicle.plans[$0] }
            .sorted { ($0.at, $0.digest) < ($1.at, $1.digest) }
    }
}
