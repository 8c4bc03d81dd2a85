/// What is known of whether anything still hangs on a pool: one line for each row of the table.

import Model

struct PoolProof {
    private(set) var lines: [ProofLine] = []

    /// How old the answer of a deployment may be that still counts.
    static let probeAge = Duration.seconds(3600)

    private let pool: Pool
    private let comparison: Comparison
    private let progress: RetirementProgress
    private let vouching: Vouching
    private let asOf: Instant
    private let found: Residents

    init(
        _ pool: Pool, _ comparison: Comparison, _ progress: RetirementProgress,
        _ vouching: Vouching, _ asOf: Instant
    ) {
        self.pool = pool
        self.comparison = comparison
        self.progress = progress
        self.vouching = vouching
        self.asOf = asOf
        found = Residents(of: pool, comparison)
        let rows = ProofRow.rows(of: pool.product)
        let listed = Set(rows.map(\.name))
        // What does not belong on such a pool and lives there all the same is no reason to look away.
        let strange = Kind.allCases.filter {
            !listed.contains($0.name) && (found.living[$0]?.count ?? 0) > 0
        }
        for row in rows + strange.map({ ProofRow(name: $0.name, look: .kind($0)) }) {
            switch row.look {
            case .kind(let kind): lines.append(line(row, kind))
            case .inFlight: lines.append(inFlight(row))
            case .empty: if let asked = asked(row) { lines.append(asked) }
            case .attested(let claim): lines.append(stated(row.name) ?? unstated(row.name, claim))
            }
        }
    }

    private func line(_ row: ProofRow, _ kind: Kind) -> ProofLine {
        if let living = found.living[kind], living.count > 0 {
            return ProofLine(
                row: row.name, source: .observed, verdict: .failed,
                words: living.count == 1 ? "1 lives there" : "\(living.count) live there", at: asOf,
                examples: living.examples(comparison))
        }
        if let gap = gap(kind) {
            // A person may say what no adapter can see; what was seen, nobody talks away.
            return stated(row.name)
                ?? ProofLine(
                    row: row.name, source: .observed, verdict: .inconclusive,
                    words: "not all was read: \(gap)", at: asOf)
        }
        return ProofLine(
            row: row.name, source: .observed, verdict: .passed,
            words: kind == .responseGroups
                ? "no contacts; rows of sets that moved may stay" : "none", at: asOf)
    }

    private func inFlight(_ row: ProofRow) -> ProofLine {
        let moving = found.moving
        let words =
            moving.count == 0
            ? "none"
            : moving.count == 1
                ? "1 is on its way" : "\(moving.count) are on their way"
        return ProofLine(
            row: row.name, source: .observed, verdict: moving.count == 0 ? .passed : .failed,
            words: words, at: asOf, examples: moving.examples(comparison))
    }

    /// Why a resource of a kind may live here unseen; nil where none can.
    private func gap(_ kind: Kind) -> String? {
        if let reason = found.unread[kind] { return reason }
        let fqdn = Address.folded(pool.fqdn)
        return comparison.scene.observed.gaps.first { gap in
            (gap.kind == nil || gap.kind == kind) && (gap.fact == nil || gap.fact == "home")
                && gap.pool.map { Address.folded($0) == fqdn } ?? true
        }?.reason
    }

    /// What the deployment answered; nil where it cannot be asked.
    private func asked(_ row: ProofRow) -> ProofLine? {
        guard comparison.scene.capabilities.probes.contains(.empty) else { return nil }
        guard let probe = progress.probe else {
            return ProofLine(
                row: row.name, source: .probed, verdict: .inconclusive,
                words: "the deployment was not asked yet", at: nil)
        }
        let verdict = Evidence.verdict(of: probe.checks)
        guard asOf - probe.at <= Self.probeAge else {
            return ProofLine(
                row: row.name, source: .probed, verdict: .inconclusive,
                words: "the deployment was asked too long ago", at: probe.at)
        }
        // A person may say what the deployment cannot; what it counted, nobody talks away.
        if verdict == .inconclusive, let stated = stated(row.name) { return stated }
        let telling = probe.checks.first { $0.verdict == verdict && verdict != .passed }
        return ProofLine(
            row: row.name, source: .probed, verdict: verdict,
            words: telling.map { "\($0.subject): \($0.words)" } ?? "nothing is left there",
            at: probe.at)
    }

    /// What a person stated and still holds.
    private func stated(_ row: String) -> ProofLine? {
        guard let stated = progress.attested[row] else { return nil }
        let attestation = stated.attestation
        var line = ProofLine(
            row: row, source: .attested, verdict: .passed,
            words: "\(attestation.words) (\(attestation.by))", at: stated.at)
        guard attestation.until >= asOf else {
            line.verdict = .inconclusive
            line.words = "no longer: it was stated until \(attestation.until)"
            return line
        }
        line.approvalsMissing = vouching.missing(
            of: Testimony(stated, of: pool.id, named: pool.name))
        if line.approvalsMissing > 0 {
            line.verdict = .inconclusive
            line.words =
                Vouching.words(by: attestation.by, missing: line.approvalsMissing)
                + ": \(attestation.words)"
        }
        return line
    }

    private func unstated(_ row: String, _ claim: String) -> ProofLine {
        ProofLine(
            row: row, source: .attested, verdict: .inconclusive,
            words: "nobody states that \(claim)", at: nil)
    }
}

/// Who and what lives on a pool, or may, or is on its way from or to it.
private struct Residents {
    struct Group {
        private(set) var count = 0
        private var first: [Int] = []

        mutating func add(_ row: Int, _ table: ResourceTable) {
            count += 1
            let place = first.firstIndex { table.precedes(row, $0) } ?? first.count
            guard place < 10 else { return }
            first.insert(row, at: place)
            if first.count > 10 { first.removeLast() }
        }

        /// Each with the line of the manifests that asks for it elsewhere.
        func examples(_ comparison: Comparison) -> [String] {
            first.map { row in
                let name = comparison.homes.table[row].description
                guard let target = comparison.target(at: row) else {
                    return "\(name): nobody asks for it"
                }
                let place = comparison.reason(at: row).map { " (\($0.file):\($0.line))" } ?? ""
                return "\(name): asked for on \(target.name)\(place)"
            }
        }
    }

    private(set) var living: [Kind: Group] = [:]
    private(set) var moving = Group()
    /// Why nobody can say of some resource of a kind where it is.
    private(set) var unread: [Kind: String] = [:]

    init(of pool: Pool, _ comparison: Comparison) {
        let homes = comparison.homes
        let fqdn = Address.folded(pool.fqdn)
        let here = comparison.scene.code(ofPool: pool.name) ?? -1
        for row in 0..<homes.count {
            if let code = homes.settledPoolCode(at: row) {
                if code == here {
                    living[homes.table.kind(at: row), default: Group()].add(row, homes.table)
                }
                continue
            }
            let kind = homes.table.kind(at: row)
            switch homes.home(at: row) {
            case .absent, .present(.pool): continue
            case .present(.inFlight(let from, let to)):
                guard [from, to].contains(where: { Address.folded($0) == fqdn }) else { continue }
                moving.add(row, homes.table)
            case .present(.split(let pools)):
                guard pools.contains(where: { Address.folded($0) == fqdn }) else { continue }
                living[kind, default: Group()].add(row, homes.table)
            case .unknown(let gap):
                unread[kind] =
                    unread[kind]
                    ?? "the home of \(homes.table[row]) is unknown (\(gap.reason))"
            }
        }
    }
}
