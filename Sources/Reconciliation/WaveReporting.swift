/// How waves went: read off the ledger alone, from its first link to its last.

import Ledgers
package import Model

extension Reconciler {
    /// What came of the beginnings of waves, of one rollout or one wave where they are named. No deployment is
    /// asked. Nobody where there is no ledger yet.
    package func waveReports(
        _ desired: DesiredState, rollout: String?, wave: String?
    ) async throws -> [WaveReport] {
        guard let ledger = try await ledger(of: desired) else { return [] }
        let chronicle = try await chronicle(of: ledger, desired)
        return chronicle.chapters(of: rollout, wave).map { chapter in
            let declared = desired.rollouts.first { $0.name == chapter.wave.rollout }?
                .waves.first { $0.name == chapter.wave.wave }
            return chapter.report(soak: declared?.soak)
        }
    }

    /// All that the ledger holds about one wave; nil where it holds nothing.
    package func auditPack(
        _ desired: DesiredState, of wave: WaveID
    ) async throws -> AuditPack? {
        guard let ledger = try await ledger(of: desired) else { return nil }
        // The chain is judged up to the head that is read, before it: what comes later is not in the pack.
        let report = try await ledger.verify(anchor: nil)
        let chronicle = try await chronicle(of: ledger, upTo: report.head.number, desired)
        let pack = AuditPack(
            of: wave, in: chronicle, ledger: ledger.id, head: report.head.description,
            broken: report.broken)
        return pack.chapters.isEmpty ? nil : pack
    }

    /// Who of a wave is about to move, with what it costs each: from a plan made now.
    package func noticesBefore(
        _ desired: DesiredState, of wave: WaveID
    ) async throws -> [WaveNotice] {
        let plan = try await plan(desired, .wholeEstate)
        return plan.steps.compactMap { step in
            let stage = plan.stages[Int(step.stage)]
            guard stage.waveID == wave, step.action == .move,
                case .resource(let row) = step.subject, plan.columns.kind(row) == .user
            else { return nil }
            let standing = stage.standing
            return WaveNotice(
                address: plan.columns.resource(row).name, wave: wave,
                from: plan.poolName(step.from) ?? "", to: plan.poolName(step.to) ?? "",
                at: standing.state == .open ? plan.asOf : standing.earliest,
                prices: plan.prices(of: step), change: stage.change)
        }
    }

    /// Who of a wave was moved, and when: from the ledger.
    package func noticesAfter(
        _ desired: DesiredState, of wave: WaveID
    ) async throws -> [WaveNotice] {
        guard let ledger = try await ledger(of: desired) else { return [] }
        let names = Dictionary(
            desired.pools.map { (Address.folded($0.fqdn), $0.name) },
            uniquingKeysWith: { one, _ in one })
        let chronicle = try await chronicle(of: ledger, desired)
        // Who was moved, taken back and moved again is told of the last time alone.
        var told: Set<ResourceID> = []
        return chronicle.chapters(of: wave.rollout, wave.wave).reversed().flatMap { chapter in
            chapter.lastAttempts.compactMap { attempt -> WaveNotice? in
                let move = attempt.intent.move
                guard attempt.outcome == .done || attempt.outcome == .already,
                    move.resource.kind == .user, !chapter.takenBack.contains(move.step),
                    told.insert(move.resource).inserted
                else { return nil }
                return WaveNotice(
                    address: move.resource.name, wave: wave,
                    from: names[Address.folded(move.from)] ?? move.from,
                    to: names[Address.folded(move.to)] ?? move.to, at: attempt.settledAt,
                    prices: attempt.outcome == .done ? chapter.prices[move.step] : [],
                    change: chapter.start?.change)
            }
        }
    }

    private func chronicle(
        of ledger: any Ledger, upTo last: Int = .max, _ desired: DesiredState
    ) async throws(LedgerError) -> WaveChronicle {
        var chronicle = WaveChronicle(of: desired)
        var number = 0
        while true {
            let links = try await ledger.links(after: number, limit: Self.linksAtOnce)
            for link in links where link.head.number <= last {
                let commit = try AuditedCommit(line: link.line)
                for entry in commit.entries {
                    chronicle.take(entry, link: commit.number, at: commit.at, by: commit.by)
                }
            }
            guard let read = links.last?.head.number, read < last else { return chronicle }
            number = read
        }
    }

    private static let linksAtOnce = 200
}
