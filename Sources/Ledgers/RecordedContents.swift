/// What a ledger has recorded, beside what its audit trail makes of it.

package import Model

/// Everything but the trail, read from wherever a ledger keeps it.
package struct RecordedContents: Sendable {
    /// Compared exactly.
    package var memory: Memory
    package var runs: [Run]
    package var steps: [RunID: [RecordedStep]]
    package var plans: [String: RecordedPlan]
    package var instructions: [RecordedInstruction]

    package init(
        memory: Memory, runs: [Run], steps: [RunID: [RecordedStep]],
        plans: [String: RecordedPlan], instructions: [RecordedInstruction]
    ) {
        self.memory = memory
        self.runs = runs
        self.steps = steps
        self.plans = plans
        self.instructions = instructions
    }
}

extension LedgerContents {
    package func recorded(of id: String) -> RecordedContents {
        RecordedContents(
            memory: memory(of: id, comparedBy: Self.exact), runs: runs,
            steps: Dictionary(uniqueKeysWithValues: runs.map { ($0.id, steps(of: $0.id)) }),
            plans: plans, instructions: instructions)
    }

    /// The first thing that is recorded otherwise than these contents, which the trail gives, have it;
    /// nil when all agrees.
    package func firstDifference(from recorded: RecordedContents) -> String? {
        differenceInRuns(recorded) ?? differenceInSteps(recorded) ?? differenceInPlans(recorded)
            ?? differenceInHomes(recorded.memory.homes) ?? differenceInMemory(recorded.memory)
            ?? differenceInInstructions(recorded) ?? differenceInBound(recorded.memory.bound)
    }

    private func differenceInRuns(_ recorded: RecordedContents) -> String? {
        if runs.count != recorded.runs.count {
            return Self.disagree("runs", "\(recorded.runs.count) rows", "\(runs.count)")
        }
        for (run, other) in zip(runs, recorded.runs) where run != other {
            return "run \(run.id) is not recorded as the audit trail has it"
        }
        return nil
    }

    private func differenceInSteps(_ recorded: RecordedContents) -> String? {
        for run in runs {
            let mine = steps(of: run.id)
            let theirs = recorded.steps[run.id] ?? []
            if mine.count != theirs.count {
                return Self.disagree(
                    "steps of run \(run.id)", "\(theirs.count) rows", "\(mine.count)")
            }
            for (step, other) in zip(mine, theirs) where step != other {
                return "step \(step.intent.move.step) of run \(run.id)"
                    + " (\(step.intent.move.resource)) is not recorded as the audit trail has it"
            }
        }
        return nil
    }

    private func differenceInPlans(_ recorded: RecordedContents) -> String? {
        if plans.count != recorded.plans.count {
            return Self.disagree("plans", "\(recorded.plans.count) rows", "\(plans.count)")
        }
        for digest in plans.keys.sorted() where plans[digest] != recorded.plans[digest] {
            return "plan \(digest) is not recorded as the audit trail has it"
        }
        return nil
    }

    private func differenceInHomes(_ recorded: [String: SettledHomes]) -> String? {
        for connection in Set(homes.keys).union(recorded.keys).sorted() {
            let mine = homes[connection] ?? SettledHomes(comparedBy: Self.exact)
            let theirs = recorded[connection] ?? SettledHomes(comparedBy: Self.exact)
            if mine.count != theirs.count {
                return Self.disagree(
                    "homes of connection \(connection)", "\(theirs.count) rows", "\(mine.count)")
            }
            for row in 0..<mine.count {
                let home = mine[row]
                guard let other = theirs.table.row(matching: mine.table, at: row),
                    theirs[other] == home
                else {
                    return "the home of \(home.resource) (connection \(connection))"
                        + " is not recorded as the audit trail has it"
                }
            }
        }
        return nil
    }

    private func differenceInMemory(_ recorded: Memory) -> String? {
        let mine = memory(of: recorded.ledgerID ?? "", comparedBy: Self.exact)
        if mine.inDoubt != recorded.inDoubt {
            return Self.disagree(
                "steps in doubt", "\(recorded.inDoubt.count)", "\(mine.inDoubt.count)")
        }
        if mine.setAside != recorded.setAside {
            return Self.disagree(
                "steps set aside", "\(recorded.setAside.count)", "\(mine.setAside.count)")
        }
        if mine.rolledBack != recorded.rolledBack {
            return Self.disagree(
                "steps taken back", "\(recorded.rolledBack.count)", "\(mine.rolledBack.count)")
        }
        if mine.journey != recorded.journey {
            return Self.disagree(
                "waves", "\(recorded.journey.waves.count)", "\(mine.journey.waves.count)")
        }
        if mine.retirements != recorded.retirements {
            return Self.disagree(
                "retirements", "\(recorded.retirements.pools.count)",
                "\(mine.retirements.pools.count)")
        }
        if mine.consents != recorded.consents {
            return Self.disagree(
                "consents", "\(recorded.consents.count)", "\(mine.consents.count)")
        }
        return nil
    }

    private func differenceInInstructions(_ recorded: RecordedContents) -> String? {
        if instructions.count != recorded.instructions.count {
            return Self.disagree(
                "instructions", "\(recorded.instructions.count)", "\(instructions.count)")
        }
        for (one, other) in zip(instructions, recorded.instructions) where one != other {
            return "an instruction of link \(one.link) is not recorded as the audit trail has it"
        }
        return nil
    }

    private func differenceInBound(_ recorded: [String: BoundIDs]) -> String? {
        for connection in Set(bound.keys).union(recorded.keys).sorted() {
            let mine = bound[connection] ?? BoundIDs(comparedBy: Self.exact)
            let theirs = recorded[connection] ?? BoundIDs(comparedBy: Self.exact)
            if mine.count != theirs.count {
                return Self.disagree(
                    "bound ids of connection \(connection)", "\(theirs.count) rows",
                    "\(mine.count)")
            }
            for row in 0..<mine.count {
                guard let other = theirs.table.row(matching: mine.table, at: row),
                    theirs[other] == mine[row]
                else {
                    return "the id of \(mine[row].resource) (connection \(connection))"
                        + " is not recorded as the audit trail has it"
                }
            }
        }
        return nil
    }

    private static func disagree(_ what: String, _ recorded: String, _ computed: String) -> String {
        "the table of \(what) does not agree with the audit trail"
            + " (recorded: \(recorded), in the trail: \(computed))"
    }
}
