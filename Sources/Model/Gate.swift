/// Gates: what must hold before and after a wave, and what was measured of it.

/// A gate of a wave, before or after it.
package struct GateName: Hashable, Sendable, Comparable {
    package enum Side: String, Hashable, Sendable, CaseIterable {
        case before
        case after
    }

    package var side: Side
    /// The word of the manifest: a question that deployments answer.
    package var name: String

    package init(_ side: Side, _ name: String) {
        self.side = side
        self.name = name
    }

    package static func < (one: GateName, other: GateName) -> Bool {
        (one.side.rawValue, one.name) < (other.side.rawValue, other.name)
    }
}

/// A gate with its wave: `ROLLOUT/WAVE/GATE`.
package struct GateID: Hashable, Sendable {
    package var wave: WaveID
    package var name: GateName

    package init(_ wave: WaveID, _ name: GateName) {
        self.wave = wave
        self.name = name
    }
}

/// One measurement of a gate: the verdict over all pools that it is about.
package struct GateMeasurement: Hashable, Sendable {
    package var gate: GateName
    package var verdict: Evidence.Verdict
    /// What did not pass, in one sentence; empty where all did.
    package var words: String
    package var checks: [Evidence.Check]
    /// The digest of the plan that somebody outside was asked about; nil where deployments answered, or nobody.
    package var plan: String?

    package init(
        gate: GateName, verdict: Evidence.Verdict, words: String, checks: [Evidence.Check],
        plan: String? = nil
    ) {
        self.gate = gate
        self.verdict = verdict
        self.words = words
        self.checks = checks
        self.plan = plan
    }
}

/// A gate that was measured, for whoever watches.
package struct GateReading: Hashable, Sendable {
    package var wave: WaveID
    package var measurement: GateMeasurement

    package init(wave: WaveID, measurement: GateMeasurement) {
        self.wave = wave
        self.measurement = measurement
    }
}

/// What is known of one gate of one wave.
package struct GateHistory: Hashable, Sendable {
    /// Nil while it was never measured.
    package var last: Last?
    /// How often in a row it failed.
    package var failures = 0
    /// What a person decided, whatever is measured.
    package var decision: Decision?

    package init() {}

    package struct Last: Hashable, Sendable {
        package var verdict: Evidence.Verdict
        package var words: String
        package var at: Instant
        /// The digest of the plan that it is about; nil where it is about none.
        package var plan: String?

        package init(
            verdict: Evidence.Verdict, words: String, at: Instant, plan: String? = nil
        ) {
            self.verdict = verdict
            self.words = words
            self.at = at
            self.plan = plan
        }
    }

    package struct Decision: Hashable, Sendable {
        package var isOpen: Bool
        package var reason: String
        package var by: Actor
        package var at: Instant
        /// The last instant at which it holds; nil until another one is made.
        package var until: Instant?

        package init(isOpen: Bool, reason: String, by: Actor, at: Instant, until: Instant?) {
            self.isOpen = isOpen
            self.reason = reason
            self.by = by
            self.at = at
            self.until = until
        }

        package func isActive(at time: Instant) -> Bool { until.map { time <= $0 } ?? true }
    }

    package mutating func take(_ measurement: GateMeasurement, at time: Instant) {
        last = Last(
            verdict: measurement.verdict, words: measurement.words, at: time,
            plan: measurement.plan)
        failures = measurement.verdict == .failed ? failures + 1 : 0
    }
}

/// What a person states of a gate that no probe can see, as a plan shows it.
package struct GateStatement: Hashable, Sendable {
    package var gate: GateName
    /// Who states it, as he is named in the ledger.
    package var by: String
    /// By what he saw it.
    package var words: String
    package var at: Instant
    /// The last instant at which it holds; nil until another one is made.
    package var until: Instant?
    /// How many people still have to approve it before it counts.
    package var approvalsMissing: Int

    package init(
        gate: GateName, by: String, words: String, at: Instant, until: Instant?,
        approvalsMissing: Int
    ) {
        self.gate = gate
        self.by = by
        self.words = words
        self.at = at
        self.until = until
        self.approvalsMissing = approvalsMissing
    }
}

/// A gate as a manifest uses it: what is measured, how often, and what counts.
package struct Gate: Hashable, Sendable {
    /// The word of a question, or any name where somebody else answers.
    package var name: String
    package var every: Duration?
    package var attempts: Int?
    package var maxAge: Duration?
    /// Measured and shown, and holds nobody.
    package var isTrial: Bool
    /// No probe can see it: a person states it (`rehome probe --attest`).
    package var isAttested: Bool
    /// The call-out that answers, by the name under which it is defined beside the repository.
    package var call: String?

    package init(
        name: String, every: Duration? = nil, attempts: Int? = nil, maxAge: Duration? = nil,
        isTrial: Bool = false, isAttested: Bool = false, call: String? = nil
    ) {
        self.name = name
        self.every = every
        self.attempts = attempts
        self.maxAge = maxAge
        self.isTrial = isTrial
        self.isAttested = isAttested
        self.call = call
    }

    /// What deployments are asked; nil where a person states it or a call-out answers.
    package var question: Probe.Question? {
        isAttested || call != nil ? nil : Probe.Question(rawValue: name)
    }
    /// Whether somebody can be asked: deployments, or whom a call-out reaches.
    package var isMeasured: Bool { question != nil || call != nil }

    /// How often it is measured while somebody waits for it: ten minutes, where nothing is said.
    package var interval: Duration { max(every ?? .seconds(600), .seconds(1)) }
    /// How often in a row it may fail before its wave is halted: three times, where nothing is said.
    package var allowedFailures: Int { max(1, attempts ?? 3) }
    /// How old a measurement may be that still counts: an hour, where nothing is said, and never less than
    /// the interval, so that a gate which is measured on time is not stale between two times.
    package var age: Duration { max(maxAge ?? max(.seconds(3600), interval * 2), interval) }
}
