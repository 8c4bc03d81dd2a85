/// The end of a pool in a plan's JSON, there and back.

extension JSONWriter {
    mutating func retirement(_ retirement: StageRetirement) {
        member("pool", retirement.pool)
        member("part", retirement.part.rawValue)
        member("byAdapter", retirement.isByAdapter)
        member("canBeUndone", retirement.part != .removal)
        member("fencedAt", retirement.fencedAt?.rfc3339)
        member("removedAt", retirement.removedAt?.rfc3339)
        member("unsettledUntil", retirement.unsettledUntil?.rfc3339)
        member("refusal", retirement.refusal)
        member("gone", retirement.isGone)
        member("rest", PlanSpan.text(retirement.rest))
        member("approvalsNeeded", retirement.approvalsNeeded)
        member("approvals", retirement.approvals)
        member("approvable", retirement.approvable)
        list("proof", retirement.proof) { writer, line in
            writer.object(.line) { writer in
                writer.member("row", line.row)
                writer.member("source", line.source.rawValue)
                writer.member("verdict", line.verdict.rawValue)
                writer.member("words", line.words)
                writer.member("at", line.at?.rfc3339)
                writer.texts("examples", line.examples)
                if line.approvalsMissing > 0 {
                    writer.member("approvalsMissing", line.approvalsMissing)
                }
            }
        }
    }
}

extension JSONReader {
    mutating func retirement() throws(JSONFault) -> StageRetirement {
        var read = StageRetirement(pool: "", part: .fence, isByAdapter: true, proof: [])
        let offset = try start()
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "pool": read.pool = try reader.string()
            case "part": read.part = try reader.word()
            case "byAdapter": read.isByAdapter = try reader.bool()
            case "fencedAt": read.fencedAt = try reader.optionalInstant()
            case "removedAt": read.removedAt = try reader.optionalInstant()
            case "unsettledUntil": read.unsettledUntil = try reader.optionalInstant()
            case "refusal": read.refusal = try reader.optionalText()
            case "gone": read.isGone = try reader.bool()
            case "rest":
                guard let rest = PlanSpan.span(try reader.string()) else {
                    throw .unexpected(offset: offset, expected: "a span such as 24h")
                }
                read.rest = rest
            case "approvalsNeeded": read.approvalsNeeded = try reader.int()
            case "approvals": read.approvals = try reader.int()
            case "approvable": read.approvable = try reader.string()
            case "proof":
                read.proof = try reader.list { (r) throws(JSONFault) in try r.proofLine() }
            default: try reader.skip()
            }
        }
        return read
    }

    private mutating func proofLine() throws(JSONFault) -> ProofLine {
        var line = ProofLine(
            row: "", source: .observed, verdict: .inconclusive, words: "", at: nil)
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "row": line.row = try reader.string()
            case "source": line.source = try reader.word()
            case "verdict": line.verdict = try reader.word()
            case "words": line.words = try reader.string()
            case "at": line.at = try reader.optionalInstant()
            case "examples": line.examples = try reader.texts()
            case "approvalsMissing": line.approvalsMissing = try reader.int()
            default: try reader.skip()
            }
        }
        return line
    }
}
