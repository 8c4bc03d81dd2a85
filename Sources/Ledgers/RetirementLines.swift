/// What became of pools on the way to their end, to the canonical line and back.

import Model

extension RetirementEvent {
    /// The canonical bytes, as they stand in a commit; ledgers with tables keep an event so.
    package var line: [UInt8] {
        var writer = LineWriter()
        writer.object { $0.retirement(self) }
        return writer.bytes
    }

    /// Reads a line back; throws `.damaged` when it is none.
    package init(line: [UInt8]) throws(LedgerError) {
        do {
            self = try Members(try LineReader.value(of: line)).retirement()
        } catch {
            throw .damaged(error.message)
        }
    }
}

extension LineWriter {
    mutating func retirement(_ event: RetirementEvent) {
        text("connection", event.pool.connection)
        text("pool", event.pool.fqdn)
        switch event.deed {
        case .probed(let checks):
            text("deed", "probed")
            self.checks(checks)
        case .attested(let attestation):
            text("deed", "attested")
            text("row", attestation.row)
            text("words", attestation.words)
            actor("by", attestation.by)
            text("until", attestation.until.exactText)
        case .intended(let change, let proof):
            text("deed", "intended")
            text("change", change.rawValue)
            self.proof(proof)
        case .changed(let change):
            text("deed", "changed")
            text("change", change.rawValue)
        case .refused(let change, let words):
            text("deed", "refused")
            text("change", change.rawValue)
            text("why", words)
        }
        text("at", event.at.exactText)
    }

    mutating func checks(_ checks: [Evidence.Check]) {
        list("checks") { writer in
            for check in checks {
                writer.object { writer in
                    writer.text("subject", check.subject)
                    writer.text("verdict", check.verdict.rawValue)
                    writer.text("words", check.words)
                    if let took = check.took {
                        writer.number("milliseconds", Int(took.milliseconds))
                    }
                }
            }
        }
    }

    private mutating func proof(_ lines: [ProofLine]) {
        list("proof") { writer in
            for line in lines {
                writer.object { writer in
                    writer.text("row", line.row)
                    writer.text("source", line.source.rawValue)
                    writer.text("verdict", line.verdict.rawValue)
                    writer.text("words", line.words)
                    writer.text("at", line.at?.exactText)
                }
            }
        }
    }
}

extension Members {
    func retirement() throws(UnreadableLine) -> RetirementEvent {
        let deed: RetirementEvent.Deed =
            switch try text("deed") {
            case "probed": .probed(try checks())
            case "attested":
                .attested(
                    Attestation(
                        row: try text("row"), words: try text("words"), by: try actor("by"),
                        until: try time("until")))
            case "intended": .intended(try change(), proof: try proof())
            case "changed": .changed(try change())
            case "refused": .refused(try change(), try text("why"))
            default: throw Self.wrong("deed")
            }
        return RetirementEvent(
            PoolID(connection: try text("connection"), fqdn: try text("pool")), deed,
            at: try time("at"))
    }

    func checks() throws(UnreadableLine) -> [Evidence.Check] {
        var checks: [Evidence.Check] = []
        for value in try list("checks") {
            let body = try Members(value)
            let took = try body.optionalNumber("milliseconds").map { Duration.milliseconds($0) }
            checks.append(
                Evidence.Check(
                    try body.text("subject"), try body.verdict(), try body.text("words"),
                    took: took))
        }
        return checks
    }

    private func change() throws(UnreadableLine) -> RetirementEvent.Change {
        guard let change = RetirementEvent.Change(rawValue: try text("change")) else {
            throw Self.wrong("change")
        }
        return change
    }

    private func proof() throws(UnreadableLine) -> [ProofLine] {
        var lines: [ProofLine] = []
        for value in try list("proof") {
            let body = try Members(value)
            guard let source = ProofLine.Source(rawValue: try body.text("source")) else {
                throw Self.wrong("source")
            }
            lines.append(
                ProofLine(
                    row: try body.text("row"), source: source, verdict: try body.verdict(),
                    words: try body.text("words"), at: try body.nullableTime("at")))
        }
        return lines
    }
}
