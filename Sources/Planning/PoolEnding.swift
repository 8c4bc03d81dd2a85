/// The end of pools in a plan: for each that is declared as retired the stages on its way there, and for one
/// that is asked for again the stage that opens it.

package import Model

/// A stage of the end of a pool, before it has a place in the plan.
struct PoolEnding {
    var stage: Stage
    var step: Step?
}

extension PlanBuilder {
    mutating func addRetirements(_ comparisons: [Comparison], _ asOf: Instant) {
        for declared in desired.pools where part.contains(declared) {
            let comparison = comparisons.first { $0.scene.connection.name == declared.connection }
            guard let comparison else { continue }
            if declared.state == .retired {
                addRetirement(of: declared, comparison, asOf)
            } else {
                addReopening(of: declared, comparison)
            }
        }
    }

    /// Leaves out what a reviewed plan does not hold.
    mutating func keep(only ids: Set<StepID>) {
        steps.removeAll { !ids.contains($0.id) }
        for index in endings.indices {
            guard let step = endings[index].step, !ids.contains(step.id) else { continue }
            endings[index].step = nil
            endings[index].stage.isAuthorised = false
        }
    }

    /// Adds the steps of all endings, and gives their stages, which come after the others.
    mutating func addEndings(after count: Int) -> [Stage] {
        for (index, ending) in endings.enumerated() {
            guard var step = ending.step else { continue }
            step.stage = Int32(count + index)
            steps.append(step)
        }
        return endings.map(\.stage)
    }

    private mutating func addRetirement(
        of pool: Pool, _ comparison: Comparison, _ asOf: Instant
    ) {
        let progress = memory.retirements[pool.id] ?? RetirementProgress()
        let seen = comparison.scene.seenPools[Address.folded(pool.fqdn)]
        let proof = PoolProof(
            pool, comparison, progress, Vouching(memory, desired.policy), asOf)
        if seen == nil, comparison.readsAllPools {
            addTombstone(of: pool, proof, progress)
            return
        }
        if let reason = obstacle(pool, seen, comparison) {
            return addLeft(pool, reason.because, reason.rule, reason.detail)
        }
        let able = comparison.scene.capabilities
        let fencedAt = fencedAt(pool, seen, progress)
        var ending = StageRetirement(
            pool: pool.name, part: .fence, isByAdapter: able.closesPools, proof: proof.lines,
            fencedAt: fencedAt, rest: desired.policy.limits.retirementRest,
            approvalsNeeded: desired.policy.approvals.retire)
        ending.unsettledUntil = comparison.unsettledUntil(progress)
        ending.refusal = progress.refusal
        addLeft(pool, proof, isFenced: fencedAt != nil)
        let isReady = ending.failed.isEmpty && ending.unsaid.isEmpty
        if able.closesPools, fencedAt == nil {
            add(ending, .proveEmpty, of: pool, isAuthorised: isReady)
            ending.proof = []
            ending.refusal = nil
        }
        ending.part = .removal
        let isNext = !able.closesPools || fencedAt != nil
        add(
            ending, able.closesPools ? .retire : .operator, of: pool,
            isAuthorised: isReady && isNext)
    }

    /// Since when a pool is closed. One that was taken out and stands there again, or that somebody opened,
    /// begins anew.
    private mutating func fencedAt(
        _ pool: Pool, _ seen: ObservedPool?, _ progress: RetirementProgress
    ) -> Instant? {
        guard progress.removedAt == nil, let fencedAt = progress.fencedAt else { return nil }
        let since: String
        switch seen?.closed {
        case nil, .present(true), .absent: return fencedAt
        case .present(false): since = "somebody opened it since"
        case .unknown(let gap): since = "nobody can say whether it still is (\(gap.reason))"
        }
        findings.append(
            Finding(
                rule: PlanRule.poolOpened.rawValue, severity: .warning,
                message:
                    "\(pool.name) was closed at \(fencedAt), and \(since): it is closed again, and rests anew",
                count: 1, location: pool.location,
                hint: "write state: serving where it is to stay open"))
        return nil
    }

    /// Why a pool is not ours to end, or what it takes is not known.
    private func obstacle(
        _ pool: Pool, _ seen: ObservedPool?, _ comparison: Comparison
    ) -> Reason? {
        if let owner = comparison.scene.otherOwner(ofPool: pool.fqdn) {
            return Reason(.blocked, .poolClaimed, "it belongs to \(owner), which retires it")
        }
        if case .present(let product)? = seen?.product, product != pool.product {
            return Reason(
                .blocked, .retirementBlocked,
                "it runs \(product.rawValue), and its document says \(pool.product.rawValue): what proves it empty hangs on that"
            )
        }
        return nil
    }

    /// The document of a pool that is gone stays, and says so; what lives there again is a matter of its own.
    private mutating func addTombstone(
        of pool: Pool, _ proof: PoolProof, _ progress: RetirementProgress
    ) {
        let lines = proof.lines.filter { $0.source == .observed && $0.verdict == .failed }
        var ending = StageRetirement(
            pool: pool.name, part: .removal, isByAdapter: true, proof: lines)
        ending.fencedAt = progress.fencedAt
        ending.removedAt = progress.removedAt
        ending.isGone = true
        add(ending, nil, of: pool, isAuthorised: false)
        guard let first = lines.first else { return }
        let since = progress.removedAt.map { "it was taken out at \($0)" } ?? "it is not there"
        addLeft(
            pool, .blocked, .returned, "\(since), and something lives on it again: \(first.words)")
    }

    private mutating func addReopening(of pool: Pool, _ comparison: Comparison) {
        guard let progress = memory.retirements[pool.id], progress.removedAt == nil,
            progress.isClosedPerhaps,
            let seen = comparison.scene.seenPools[Address.folded(pool.fqdn)],
            seen.closed != .present(false)
        else { return }
        var ending = StageRetirement(
            pool: pool.name, part: .reopening,
            isByAdapter: comparison.scene.capabilities.closesPools,
            proof: [])
        ending.fencedAt = progress.fencedAt
        ending.unsettledUntil = comparison.unsettledUntil(progress)
        ending.refusal = progress.refusal
        add(ending, .reopen, of: pool, isAuthorised: true)
    }

    private mutating func add(
        _ ending: StageRetirement, _ action: Step.Action?, of pool: Pool, isAuthorised: Bool
    ) {
        let names = ["retire/\(pool.name)"]
        let id =
            switch ending.part {
            case .fence: names[0]
            case .removal: "\(names[0])/removal"
            case .reopening: "reopen/\(pool.name)"
            }
        let waitsForFence = ending.part == .removal && ending.isByAdapter && ending.fencedAt == nil
        var stage = Stage(
            id: id, rollout: nil, wave: nil, needs: waitsForFence && action != nil ? names : [],
            gatesBefore: [], gatesAfter: [], soak: nil, windows: [],
            budget: Policy.Share(percent: 0, atLeast: 0), isAuthorised: isAuthorised,
            standing: Standing(state: .waiting))
        stage.retirement = ending
        endings.append(
            PoolEnding(stage: stage, step: action.flatMap { step($0, of: pool, ending.part) }))
    }

    private mutating func step(
        _ action: Step.Action, of pool: Pool, _ part: StageRetirement.Part
    ) -> Step? {
        guard let connection = columns.connections.firstIndex(of: pool.connection) else {
            return nil
        }
        return Step(
            id: StepID(action, of: pool), stage: 0, action: action, connection: Int32(connection),
            subject: .pool(self.pool(declared: pool)), from: nil, to: nil,
            reversal: part == .removal ? .never : .free, price: 0, back: 0, cause: .pending,
            reason: columns.place(pool.location), placement: columns.text(""),
            bySelection: false, needs: [])
    }

    /// What keeps a pool from being retired and no step of a person or an apply clears away.
    private mutating func addLeft(_ pool: Pool, _ proof: PoolProof, isFenced: Bool) {
        let failed = proof.lines.filter { $0.verdict == .failed && $0.source == .observed }
        let unread = proof.lines.filter { $0.verdict == .inconclusive && $0.source == .observed }
        if !failed.isEmpty {
            let words = failed.map { "\($0.row): \($0.words)" }.joined(separator: "; ")
            addLeft(
                pool, .blocked, isFenced ? .returned : .retirementBlocked,
                isFenced ? "it is closed, and something came back: \(words)" : words)
        } else if let first = unread.first {
            let more = unread.count > 1 ? ", and \(unread.count - 1) more of its proof" : ""
            addLeft(
                pool, .unknown, .retirementUnproven,
                "nobody can say whether it is empty: \(first.row): \(first.words)\(more)")
        }
    }

    private mutating func addLeft(
        _ pool: Pool, _ because: Left.Because, _ rule: PlanRule, _ detail: String
    ) {
        left.append(
            Left(
                connection: columns.connections.firstIndex(of: pool.connection).map { Int32($0) },
                subject: .pool(self.pool(declared: pool)), wanted: nil, because: because,
                rule: rule.rawValue, detail: columns.text(detail), until: nil,
                reason: columns.place(pool.location)))
    }
}

extension Comparison {
    /// Whether a pool that was not seen is not there.
    fileprivate var readsAllPools: Bool {
        !scene.observed.gaps.contains { $0.pool == nil && $0.kind == nil && $0.fact == nil }
    }

    /// Until when a change of which nobody heard may still happen; nil where it ended with its runner.
    fileprivate func unsettledUntil(_ progress: RetirementProgress) -> Instant? {
        scene.capabilities.endsWithRunner ? nil : progress.inDoubtUntil
    }
}

extension StepID {
    /// The step that does something with a pool itself.
    ///
    /// - Parameters:
    ///   - action: Closing, taking out or opening.
    ///   - pool: Its connection and FQDN count.
    package init(_ action: Step.Action, of pool: Pool) {
        self = pool.fqdn.withBytes {
            StepID(
                action: action, connection: pool.connection, subject: $0, kind: nil, from: "",
                to: "", comparedBy: .whole)
        }
    }
}

extension Consent {
    /// Whom it is of, whatever he calls himself.
    package var giver: String { signature?.principal ?? "\(by.account)@\(by.host)" }
}

extension String {
    fileprivate func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = self
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}

extension Plan {
    /// Says of each end of a pool who approved it, and how all of them stand.
    mutating func countApprovals(_ memory: Memory, _ circumstances: Circumstances) {
        for index in stages.indices where stages[index].retirement?.part == .removal {
            // One person is one approval, whatever he calls himself.
            let step = steps.first { $0.stage == Int32(index) }?.id
            let people =
                memory.consents.filter { $0.subject == .approval && $0.digest == digest }
                .map(\.giver) + (step.flatMap { memory.endorsed[$0] } ?? [])
            stages[index].retirement?.approvals = Set(people).count
            stages[index].retirement?.approvable = String(digest.prefix(12))
        }
        circumstances.standEndings(&stages)
    }
}
