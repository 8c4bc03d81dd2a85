/// Asking deployments whether they work: services, administration, people who reach each other.

import Adapters
import Execution
package import Model

/// What is asked, and about which pools.
package struct Questionnaire: Hashable, Sendable {
    /// Empty: all that a deployment can answer and that a pool in use should pass.
    package var questions: Set<Probe.Question>
    /// Names of pools; empty: all that are declared and not retired.
    package var pools: Set<String>

    package init(questions: Set<Probe.Question>, pools: Set<String>) {
        self.questions = questions
        self.pools = pools
    }
}

extension Reconciler {
    /// How long one question may take.
    private static let probeDeadline = Duration.seconds(60)

    /// Asks one question after the other, so that probes do not disturb each other. Moves nobody.
    ///
    /// - Parameters:
    ///   - desired: Its pools are asked about.
    ///   - wanted: What is asked.
    ///   - heard: Is told each answer as it comes.
    /// - Returns: All answers. What a deployment cannot answer, or gives no answer to, is inconclusive.
    /// - Throws: What keeps a deployment from being opened.
    package func probe(
        _ desired: DesiredState, _ wanted: Questionnaire,
        heard: @escaping @Sendable (ProbeResult) -> Void
    ) async throws -> [ProbeResult] {
        let clock = try await edges.clock(for: desired)
        return try await withAdapters(desired) { adapters in
            var results: [ProbeResult] = []
            for connection in desired.connections {
                guard let adapter = adapters[connection.name] else { continue }
                let able = adapter.capabilities.probes
                for (probe, names) in Self.probes(of: connection, desired, wanted, able) {
                    let evidence = await Self.ask(
                        probe, adapter, until: clock.now() + Self.probeDeadline)
                    let result = ProbeResult(
                        connection: connection.name, pools: names, evidence: evidence)
                    heard(result)
                    results.append(result)
                }
            }
            return results
        }
    }

    private static func ask(
        _ probe: Probe, _ adapter: any Adapter, until deadline: Instant
    ) async -> Evidence {
        do {
            return try await adapter.probe(probe, deadline: deadline)
        } catch {
            return Evidence(
                probe, [Evidence.Check("the deployment", .inconclusive, error.message)])
        }
    }

    /// Questions about each pool, and about each pair of pools of one connection.
    private static func probes(
        of connection: Connection, _ desired: DesiredState, _ wanted: Questionnaire,
        _ able: Set<Probe.Question>
    ) -> [(Probe, [String])] {
        let pools = desired.pools.filter {
            $0.connection == connection.name && $0.state != .retired
                && (wanted.pools.isEmpty || wanted.pools.contains($0.name))
        }
        let questions =
            wanted.questions.isEmpty ? able.subtracting([.empty]) : wanted.questions
        return questions.sorted().flatMap { question -> [(Probe, [String])] in
            guard question.isBetweenTwo else {
                return pools.map { (Probe(question, [$0.fqdn]), [$0.name]) }
            }
            return pools.indices.flatMap { one in
                pools[(one + 1)...].map { other in
                    (
                        Probe(question, [pools[one].fqdn, other.fqdn]),
                        [pools[one].name, other.name]
                    )
                }
            }
        }
    }
}
