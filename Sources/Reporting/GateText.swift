/// Measured gates, for a person and for programs.

package import Model

package enum GateText {
    /// One line: which gate of which wave, how it ended, and what was in the way.
    package static func line(_ reading: GateReading) -> String {
        let measurement = reading.measurement
        let gate = "gate \(measurement.gate.name) \(measurement.gate.side.rawValue) \(reading.wave)"
        let words = measurement.words.isEmpty ? "" : " (\(measurement.words))"
        return Escaped.text("\(gate): \(measurement.verdict.rawValue)\(words)")
    }

    /// What was measured in all, and what the first wave of each rollout waits for.
    package static func summary(_ readings: [GateReading], _ stages: [Stage]) -> String {
        var text =
            readings.isEmpty
            ? "No gate is due\n" : "\(Words.count(readings.count, "gate")) measured\n"
        var rollouts: Set<String> = []
        for stage in stages where stage.standing.state == .waiting {
            guard let rollout = stage.rollout, rollouts.insert(rollout).inserted else { continue }
            text += Escaped.text("\(stage.id): \(StandingWords.waiting(stage.standing))") + "\n"
        }
        return text
    }
}

package enum GateJSON {
    package static let format = "rehome.gates/1"

    package static func encode(
        _ readings: [GateReading], proofs: [RetirementEvent] = [], _ stages: [Stage]
    ) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", format)
            writer.list("gates", readings) { writer, reading in
                writer.object { gate(reading, &$0) }
            }
            writer.list("proofs", proofs) { writer, proof in
                writer.object(.line) { writer in
                    writer.member("pool", proof.pool.fqdn)
                    writer.member("verdict", proof.verdict?.rawValue)
                    writer.member("words", RetirementText.line(proof))
                }
            }
            writer.list("stages", stages) { writer, stage in
                writer.object { writer in
                    writer.member("id", stage.id)
                    PlanJSON.standing(stage.standing, &writer)
                }
            }
        }
        return writer.bytes
    }

    private static func gate(_ reading: GateReading, _ writer: inout JSONWriter) {
        writer.member("wave", reading.wave.description)
        members(of: reading.measurement, &writer)
    }

    static func members(of measurement: GateMeasurement, _ writer: inout JSONWriter) {
        writer.member("side", measurement.gate.side.rawValue)
        writer.member("gate", measurement.gate.name)
        writer.member("verdict", measurement.verdict.rawValue)
        writer.member("words", measurement.words)
        if let plan = measurement.plan { writer.member("plan", plan) }
        writer.list("checks", measurement.checks) { writer, check in
            writer.object(.line) { writer in
                writer.member("subject", check.subject)
                writer.member("verdict", check.verdict.rawValue)
                writer.member("words", check.words)
                writer.member("milliseconds", check.took.map { Int($0.milliseconds) })
            }
        }
    }
}
