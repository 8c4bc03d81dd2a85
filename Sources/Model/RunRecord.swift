/// A run with what became of its steps, as the ledger remembers them.

package struct RunRecord: Hashable, Sendable {
    package var run: Run
    /// In the order in which they were begun; the last attempt of a step is the one that counts.
    package var steps: [Entry]

    package init(run: Run, steps: [Entry]) {
        self.run = run
        self.steps = steps
    }

    /// An attempt at a step.
    package struct Entry: Hashable, Sendable {
        package var intent: IntendedStep
        /// Nil where it began and nobody has seen how it ended.
        package var outcome: StepOutcome?
        package var settledAt: Instant?

        package init(intent: IntendedStep, outcome: StepOutcome?, settledAt: Instant?) {
            self.intent = intent
            self.outcome = outcome
            self.settledAt = settledAt
        }
    }

    /// The last attempt at each step, in the order in which steps were first begun.
    package var lastAttempts: [Entry] {
        var rows: [StepID: Int] = [:]
        var last: [Entry] = []
        for entry in steps {
            if let row = rows[entry.intent.move.step] {
                last[row] = entry
            } else {
                rows[entry.intent.move.step] = last.count
                last.append(entry)
            }
        }
        return last
    }
}
