/// What is measured rather than read: whether services answer and people reach each other.

/// A question to a deployment, and about which of its pools.
package struct Probe: Hashable, Sendable {
    /// The raw value is the word of manifests (`gates: {after: [message-both-ways]}`).
    package enum Question: String, Hashable, Sendable, CaseIterable, Comparable {
        /// The servers of the pool take requests.
        case servicesRunning = "services-running"
        /// The pool can be administered: a harmless round trip, not a ping.
        case administrable
        /// What answers requests knows what the deployment's own store says.
        case replicationCurrent = "replication-current"
        /// A message from a user of one pool reaches a user of the other, and the other way round.
        case messageBothWays = "message-both-ways"
        /// Presence is seen, both ways.
        case presenceBothWays = "presence-both-ways"
        /// A call is set up and ended, both ways.
        case callBothWays = "call-both-ways"
        /// The applications of the pool answer.
        case appsAnswering = "apps-answering"
        /// Nothing lives on the pool any more, and no device is registered there.
        case empty

        /// Whether it is asked of two pools at once.
        package var isBetweenTwo: Bool {
            switch self {
            case .messageBothWays, .presenceBothWays, .callBothWays: true
            case .servicesRunning, .administrable, .replicationCurrent, .appsAnswering, .empty:
                false
            }
        }

        package static func < (one: Question, other: Question) -> Bool {
            one.rawValue < other.rawValue
        }
    }

    package var question: Question
    /// FQDNs: two where the question is between two, else one.
    package var pools: [String]

    package init(_ question: Question, _ pools: [String]) {
        precondition(
            pools.count == (question.isBetweenTwo ? 2 : 1), "\(question.rawValue) and its pools")
        self.question = question
        self.pools = pools
    }
}

/// What came of a probe: the checks that it is made of, each with what was seen.
package struct Evidence: Hashable, Sendable {
    package enum Verdict: String, Hashable, Sendable, CaseIterable {
        case passed
        case failed
        /// Nobody can say. It holds whoever waits for it.
        case inconclusive
    }

    /// One thing that was looked at.
    package struct Check: Hashable, Sendable {
        /// What was looked at: a server, a way from one pool to another, a kind of resource.
        package var subject: String
        package var verdict: Verdict
        /// One sentence: what was seen, and where it failed.
        package var words: String
        /// How long it took, where that says something.
        package var took: Duration?

        package init(
            _ subject: String, _ verdict: Verdict, _ words: String, took: Duration? = nil
        ) {
            self.subject = subject
            self.verdict = verdict
            self.words = words
            self.took = took
        }
    }

    package var probe: Probe
    package var checks: [Check]

    package init(_ probe: Probe, _ checks: [Check]) {
        self.probe = probe
        self.checks = checks
    }

    /// Failed where a check failed; passed where all passed, and there is at least one.
    package var verdict: Verdict { Self.verdict(of: checks) }

    package static func verdict(of checks: [Check]) -> Verdict {
        if checks.contains(where: { $0.verdict == .failed }) { return .failed }
        let isSure = !checks.isEmpty && checks.allSatisfy { $0.verdict == .passed }
        return isSure ? .passed : .inconclusive
    }
}

/// The answer to one question, with the names that the manifests give its pools.
package struct ProbeResult: Hashable, Sendable {
    package var connection: String
    package var pools: [String]
    package var evidence: Evidence

    package init(connection: String, pools: [String], evidence: Evidence) {
        self.connection = connection
        self.pools = pools
        self.evidence = evidence
    }
}
