/// Why something that is asked for gets no step, in words.

import Model

struct Reason {
    var because: Left.Because
    var rule: PlanRule
    var detail: String
    var until: ManifestTime?

    init(
        _ because: Left.Because, _ rule: PlanRule, _ detail: String, until: ManifestTime? = nil
    ) {
        self.because = because
        self.rule = rule
        self.detail = detail
        self.until = until
    }

    /// Whether a wave is not over while this stands in the way of a member: somebody is about to see it, and
    /// waiting for anything else might be for ever. After a wave of which somebody was taken back none
    /// begins before a person says so, or the manifests leave him out.
    func isWaitedFor(inWave: Bool) -> Bool {
        because == .unknown || rule == .poolNotSeen || rule == .loadUnknown
            || rule == .closureTooLarge || (rule == .rolledBack && inWave)
    }
}

enum Reasons {
    static let inDoubt = Reason(
        .unknown, .inDoubt,
        "an earlier run began this and did not see how it ended: the next apply looks first")

    static let rolledBack = Reason(
        .blocked, .rolledBack,
        "it was taken back: it stays until the manifests stop asking for it or a person resumes it")

    static let homeless = Reason(
        .blocked, .homeless, "it has an address and no pool: give it one in the deployment")

    static let otherIdentity = Reason(
        .conflict, .otherIdentity,
        "the address belongs to another account than the one rehome knows by it: accept or declare it anew"
    )

    static let tooLate = Reason(
        .blocked, .lateWave,
        "it came after the last wave, and the wave of the late is under way: it goes with the next one"
    )

    static func waveUnknown(_ gap: Gap) -> Reason {
        Reason(
            .unknown, .undecided,
            "a wave selects by what was not read: \(gap.fact ?? "an attribute") (\(gap.reason))")
    }

    static func held(_ hold: Hold) -> Reason {
        Reason(
            .held, .held, "\(hold.name): \(hold.reason) (\(hold.owner))", until: hold.until)
    }

    static func held(_ held: Stops.Held) -> Reason {
        Reason(
            .held, .held, "\(held.reason) (\(held.owner))",
            until: held.until.map { ManifestTime(text: $0.description, instant: $0) })
    }

    static func setAside(_ failure: Memory.SetAside) -> Reason {
        Reason(
            .setAside, .setAside,
            "failed for good on \(failure.since): \(failure.message)")
    }

    /// `docs/reference/field.md`, "Kinds": so says the guide of `Move-CsLegacyUser`.
    static let nameWithBlanks = Reason(
        .blocked, .nameWithBlanks,
        "its name begins or ends with a space, which Move-CsLegacyUser refuses: mend it in the directory"
    )

    static func wholePool(_ kind: Kind) -> Reason {
        Reason(
            .blocked, .wholePool,
            "the \(kind.name) of a pool move together, and not all of this pool are asked for alike"
        )
    }

    static func relationsUnknown(_ gap: Gap) -> Reason {
        Reason(
            .unknown, .relationsUnknown,
            "its rollout requires relations, and who is bound to it is not known: \(gap.reason)")
    }

    static func noWave(_ placement: Placement) -> Reason {
        Reason(
            .blocked, .noWave, "no wave of the rollout of \(placement.name) draws it")
    }

    /// What a comparison says of a row that is asked for.
    static func verdict(_ comparison: Comparison, _ row: Int) -> Reason {
        switch comparison.verdicts[row] {
        case .contested: contested(comparison, row)
        case .undecided: undecided(comparison, row)
        case .moved:
            Reason(
                .conflict, .moved,
                "moved by somebody else since rehome settled it: accept it, declare it anew, or set onDrift: correct"
            )
        case .conflict: conflict(comparison, row)
        case .inFlight: inFlight(comparison, row)
        case .split: split(comparison, row)
        case .homeUnknown: homeUnknown(comparison, row)
        case .homeless: homeless
        case .foreign: foreign(comparison, row)
        case .ambiguous:
            Reason(
                .conflict, .ambiguous,
                "more than one record has this name: delete or rename one in the deployment")
        case .otherIdentity: otherIdentity
        case .returning: noWayBack(comparison, row)
        case .unmanaged, .released, .unselected, .unchanged, .pending:
            preconditionFailure("\(comparison.verdicts[row]) gets no reason")
        }
    }

    private static func noWayBack(_ comparison: Comparison, _ row: Int) -> Reason {
        let former = comparison.lastApplied(at: row)?.former ?? "nowhere"
        return Reason(
            .blocked, .noWayBack,
            "no longer declared and to be taken back, and \(former) is not declared or is retired: place it elsewhere"
        )
    }

    private static func contested(_ comparison: Comparison, _ row: Int) -> Reason {
        let one = comparison.claims.selection(at: row)
        let other = comparison.claims.rival(at: row)
        let words = [one, other].compactMap { $0 }.map { "\($0.pool) (\($0.location))" }
        return Reason(
            .blocked, .contested,
            "two selections want it on different pools: \(words.joined(separator: " and "))")
    }

    private static func undecided(_ comparison: Comparison, _ row: Int) -> Reason {
        let gap = comparison.claims.gap[row]
        return Reason(
            .unknown, .undecided,
            "whether the selection means it cannot be told: \(gap?.reason ?? "an attribute was not read")"
        )
    }

    private static func conflict(_ comparison: Comparison, _ row: Int) -> Reason {
        let last = comparison.lastApplied(at: row).map {
            comparison.scene.pool(fqdn: $0.pool)?.name ?? $0.pool
        }
        return Reason(
            .conflict, .conflict,
            "it is neither where it is asked for nor where rehome left it (\(last ?? "nowhere")): accept it or declare it anew"
        )
    }

    static func inFlight(_ comparison: Comparison, _ row: Int) -> Reason {
        guard case .present(.inFlight(let from, let to)) = comparison.homes.home(at: row) else {
            return Reason(.unknown, .inFlight, "a move of it is under way")
        }
        return Reason(.unknown, .inFlight, "a move of it is under way from \(from) to \(to)")
    }

    static func split(_ comparison: Comparison, _ row: Int) -> Reason {
        guard case .present(.split(let pools)) = comparison.homes.home(at: row) else {
            return Reason(.conflict, .split, "it lies on several pools")
        }
        return Reason(
            .conflict, .split, "it lies on several pools: \(pools.joined(separator: ", "))")
    }

    static func homeUnknown(_ comparison: Comparison, _ row: Int) -> Reason {
        guard case .unknown(let gap) = comparison.homes.home(at: row) else {
            return Reason(.unknown, .homeUnknown, "its home could not be read")
        }
        return Reason(.unknown, .homeUnknown, "its home could not be read: \(gap.reason)")
    }

    static func foreign(_ comparison: Comparison, _ row: Int) -> Reason {
        let code = Int(comparison.homes.pools.code(at: row))
        return Reason(
            .blocked, .foreignPool,
            "it lives on \(comparison.homes.pools.values[code - 1]), which is not declared: declare that pool first"
        )
    }
}

extension Comparison {
    /// What a row is held by: a Hold of the manifests before one that `rehome hold` recorded.
    /// Who is bound to somebody held is held with him.
    func hold(on row: Int) -> Reason? {
        if let reason = ownHold(on: row) { return reason }
        guard let with = heldWith[row], var reason = ownHold(on: with.held) else { return nil }
        reason.rule = .heldWith
        let held = homes.table[with.held]
        let folding = homes.table.folding
        let isNeighbour = with.neighbour.folded(by: folding) == held.folded(by: folding)
        let way = isNeighbour ? "" : " and so to \(held)"
        reason.detail = "bound to \(with.neighbour)\(way), who is held: \(reason.detail)"
        return reason
    }

    private func ownHold(on row: Int) -> Reason? {
        if let hold = heldBy[row] { return Reasons.held(scene.desired.holds[hold]) }
        return stopped[row].map { Reasons.held($0) }
    }
}
