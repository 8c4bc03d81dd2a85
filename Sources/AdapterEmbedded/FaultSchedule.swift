/// Scripted misfortune: what goes wrong with which batch, decided without a clock and without chance.

package import Model

/// What a connection's `faults` ask for. A value that decides; the adapter does what it says.
///
/// Batches are counted in the estate's own file, over all processes, so that a fault that names a
/// batch happens once. A share of batches is drawn from the number of the batch and the fault's place
/// in the list, so that the same schedule strikes the same batches again.
package struct FaultSchedule: Hashable, Sendable {
    package enum Fault: Hashable, Sendable {
        case strike(Blow, Moment)
        /// One resource is refused, for good or until a batch.
        case refuse(StepOutcome.Failure.Class, ResourceID, untilBatch: Int?)
        case slow(Duration, Pace)
        /// Records that the gap covers are out of sight.
        case hide(Gap)
        /// A service of the pool is stopped.
        case stop(pool: String)
        case probe(ProbeFault)
    }

    /// Another answer to a question of gates than what the deployment would say.
    package struct ProbeFault: Hashable, Sendable {
        package var question: Probe.Question
        /// Failed or inconclusive: no fault opens a gate.
        package var verdict: Evidence.Verdict
        /// The pool that it is about, of two either one; nil is any.
        package var pool: String?
        /// When it begins, counted from the seeding of the estate by its own clock; nil is always.
        package var from: Duration?
        /// When it is over; nil is never.
        package var to: Duration?

        package init(
            _ question: Probe.Question, _ verdict: Evidence.Verdict, pool: String? = nil,
            from: Duration? = nil, to: Duration? = nil
        ) {
            self.question = question
            self.verdict = verdict
            self.pool = pool
            self.from = from
            self.to = to
        }

        func strikes(_ probe: Probe, at age: Duration) -> Bool {
            guard probe.question == question, from.map({ $0 <= age }) ?? true,
                to.map({ age < $0 }) ?? true
            else { return false }
            guard let pool else { return true }
            return probe.pools.contains { EstateRules.same($0, pool) }
        }
    }

    package enum Blow: Hashable, Sendable {
        /// The call is refused, and is worth trying again: nothing began.
        case transient
        /// The call is refused for good: nothing began.
        case permanent
        /// The answer is lost; the batch was done, or not.
        case unknown(Side)
        /// The process kills itself.
        case kill(Side)
    }

    package enum Side: Hashable, Sendable {
        case before
        /// When half of the batch is done.
        case within
        case after
    }

    package enum Moment: Hashable, Sendable {
        case batch(Int)
        /// A share of all batches.
        case percent(Double)
    }

    package enum Pace: Hashable, Sendable {
        case eachMove
        case eachBatch
    }

    package var faults: [Fault]

    package init(_ faults: [Fault] = []) { self.faults = faults }

    /// What befalls one batch.
    package struct Fate: Hashable, Sendable {
        package var before: Blow?
        package var killWithin = false
        package var after: Blow?
        package var slowMove = Duration.zero
        package var slowBatch = Duration.zero
    }

    /// Of several faults for the same moment, the one that is written first wins.
    package func fate(ofBatch number: Int) -> Fate {
        var fate = Fate()
        for (place, fault) in faults.enumerated() {
            switch fault {
            case .strike(let blow, let moment):
                guard strikes(moment, number, place: place) else { continue }
                switch blow {
                case .transient, .permanent, .unknown(.before), .kill(.before):
                    fate.before = fate.before ?? blow
                case .unknown(.within), .kill(.within): fate.killWithin = true
                case .unknown(.after), .kill(.after): fate.after = fate.after ?? blow
                }
            case .slow(let time, .eachMove): fate.slowMove += time
            case .slow(let time, .eachBatch): fate.slowBatch += time
            case .refuse, .hide, .stop, .probe: continue
            }
        }
        return fate
    }

    private func strikes(_ moment: Moment, _ number: Int, place: Int) -> Bool {
        switch moment {
        case .batch(let wanted): wanted == number
        case .percent(let percent):
            Double(Self.mixed(UInt64(number) << 16 | UInt64(place)) % 10_000) < percent * 100
        }
    }

    /// SplitMix64's finish: near numbers land far apart.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// What one resource is told in a batch, if its move is refused.
    package func refusal(of id: ResourceID, inBatch number: Int) -> StepOutcome? {
        for case .refuse(let failure, let refused, let until) in faults
        where refused.folded(by: .whole) == id.folded(by: .whole)
            && until.map({ number < $0 }) ?? true
        {
            return .failed(StepOutcome.Failure(failure, "a scripted fault refuses \(refused)"))
        }
        return nil
    }

    /// What is told in the place of an answer, so long after seeding. The first fault that strikes wins.
    package func scripted(_ evidence: Evidence, at age: Duration) -> Evidence {
        for case .probe(let fault) in faults where fault.strikes(evidence.probe, at: age) {
            let checks = evidence.checks.map { check in
                let words =
                    fault.verdict == .failed
                    ? "a scripted fault: it fails" : "a scripted fault: nobody can say"
                return Evidence.Check(check.subject, fault.verdict, words)
            }
            return Evidence(evidence.probe, checks)
        }
        return evidence
    }

    package var hidden: [Gap] {
        faults.compactMap { fault in
            if case .hide(let gap) = fault { gap } else { nil }
        }
    }

    /// Whether a scripted fault keeps a service of the pool stopped.
    package func stops(_ pool: String) -> Bool {
        faults.contains { fault in
            if case .stop(let stopped) = fault { EstateRules.same(stopped, pool) } else { false }
        }
    }
}
