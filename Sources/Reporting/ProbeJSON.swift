/// What was measured, for programs. `docs/reference/plan-format.md` describes it.

package import Model

package enum ProbeJSON {
    package static let format = "rehome.probes/1"

    package static func encode(_ results: [ProbeResult]) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", format)
            writer.key("probes")
            writer.array { writer in for result in results { probe(result, &writer) } }
        }
        writer.endOfFile()
        return writer.bytes
    }

    private static func probe(_ result: ProbeResult, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("question", result.evidence.probe.question.rawValue)
            writer.member("connection", result.connection)
            writer.key("pools")
            writer.array(.line) { writer in for pool in result.pools { writer.value(pool) } }
            writer.member("verdict", result.evidence.verdict.rawValue)
            writer.key("checks")
            writer.array { writer in
                for check in result.evidence.checks {
                    writer.object(.line) { writer in
                        writer.member("subject", check.subject)
                        writer.member("verdict", check.verdict.rawValue)
                        writer.member("words", check.words)
                        if let took = check.took {
                            writer.member("milliseconds", Int(took.milliseconds))
                        }
                    }
                }
            }
        }
    }
}
