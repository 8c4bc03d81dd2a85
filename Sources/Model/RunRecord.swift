/// A run as it is told afterwards.

/// A run with every attempt at its steps.
package struct RunRecord: Hashable, Sendable {
    package var run: Run
    /// In the order in which they were begun; the last attempt of a step is the one that counts.
    package var steps: [RecordedStep]

    package init(run: Run, steps: [RecordedStep]) {
        self.run = run
        self.steps = steps
    }

    /// The last attempt at each step, in the order in which steps were first begun.
    package var lastAttempts: [RecordedStep] {
        var rows: [StepID: Int] = [:]
        var last: [RecordedStep] = []
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

/// An attempt at a step, as the ledger remembers it.
package struct RecordedStep: Hashable, Sendable {
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
