/// Gates that call out: who is asked, how, and what is said to him.

/// A call-out as the file beside the repository defines it.
package struct Callout: Hashable, Sendable {
    package enum Way: Hashable, Sendable {
        /// An HTTP request whose body is signed with a secret, where there is one.
        case post(url: String, signature: SecretReference?)
        /// A program by its whole path, and its arguments. No shell sees them.
        case command([String])
    }

    package var name: String
    package var way: Way
    /// How long it may take until nobody can say.
    package var timeout: Duration

    package init(name: String, way: Way, timeout: Duration) {
        self.name = name
        self.way = way
        self.timeout = timeout
    }
}

/// What is said to whom a gate calls: which wave of which plan waits for him. It names nobody.
package struct CalloutQuestion: Hashable, Sendable {
    package static let format = "rehome.callout/1"

    package var gate: GateID
    /// Before a wave the digest of the plan that would begin it, after it the one of the plan that did.
    package var plan: String
    /// The commit of the manifests; nil where they are not exactly those of one.
    package var revision: String?
    /// The number of the wave's change request.
    package var change: String?
    package var routes: [WaveRoute]
    /// How many people and apps go with the wave.
    package var members: Int
    package var at: Instant

    package init(
        gate: GateID, plan: String, revision: String?, change: String?, routes: [WaveRoute],
        members: Int, at: Instant
    ) {
        self.gate = gate
        self.plan = plan
        self.revision = revision
        self.change = change
        self.routes = routes
        self.members = members
        self.at = at
    }

    /// One JSON object, that ends with a line feed.
    package func json() -> [UInt8] {
        var writer = JSONWriter(.compact)
        writer.object { writer in
            writer.member("format", Self.format)
            writer.member("gate", gate.name.name)
            writer.member("side", gate.name.side.rawValue)
            writer.member("rollout", gate.wave.rollout)
            writer.member("wave", gate.wave.wave)
            writer.member("plan", plan)
            writer.member("revision", revision)
            writer.member("change", change)
            writer.list("pools", routes) { writer, route in
                writer.object(.line) { writer in
                    writer.member("from", route.from)
                    writer.member("to", route.to)
                }
            }
            writer.member("members", members)
            writer.member("at", at.rfc3339)
        }
        writer.endOfFile()
        return writer.bytes
    }
}

/// What came back from a call-out.
package struct CalloutAnswer: Hashable, Sendable {
    package var verdict: Evidence.Verdict
    /// One line: what was answered, or why nobody can say.
    package var words: String
    package var took: Duration?
    /// Whether anybody was asked: nobody is where nothing says whom.
    package var isOfSomebody: Bool

    package init(
        _ verdict: Evidence.Verdict, _ words: String, took: Duration? = nil,
        isOfSomebody: Bool = true
    ) {
        self.verdict = verdict
        self.words = words
        self.took = took
        self.isOfSomebody = isOfSomebody
    }
}
