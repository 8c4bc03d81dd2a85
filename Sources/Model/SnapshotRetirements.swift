/// How far pools have come on the way to their end, in a snapshot and back.

extension JSONWriter {
    mutating func retirements(_ retirements: Retirements) {
        list("retirements", retirements.pools.sorted { $0.key < $1.key }) { writer, pool in
            writer.object { writer in
                writer.member("connection", pool.key.connection)
                writer.member("pool", pool.key.fqdn)
                writer.member("inDoubt", pool.value.inDoubt?.rawValue)
                writer.member("inDoubtUntil", pool.value.inDoubtUntil?.rfc3339)
                writer.member("fencedAt", pool.value.fencedAt?.rfc3339)
                writer.member("mayBeClosed", pool.value.mayBeClosed)
                writer.member("removedAt", pool.value.removedAt?.rfc3339)
                writer.member("refusal", pool.value.refusal)
                writer.member("askedAt", pool.value.probe?.at.rfc3339)
                writer.list("checks", pool.value.probe?.checks ?? []) { $0.check($1) }
                writer.list("attested", pool.value.attested.sorted { $0.key < $1.key }) {
                    $0.stated($1.value)
                }
            }
        }
    }

    private mutating func check(_ check: Evidence.Check) {
        object(.line) { writer in
            writer.member("subject", check.subject)
            writer.member("verdict", check.verdict.rawValue)
            writer.member("words", check.words)
            if let took = check.took { writer.member("milliseconds", Int(took.milliseconds)) }
        }
    }

    private mutating func stated(_ stated: RetirementProgress.Stated) {
        object(.line) { writer in
            writer.member("row", stated.attestation.row)
            writer.member("words", stated.attestation.words)
            writer.actor(stated.attestation.by)
            writer.member("until", stated.attestation.until.rfc3339)
            writer.member("at", stated.at.rfc3339)
        }
    }
}

extension JSONReader {
    mutating func retirements() throws(JSONFault) -> Retirements {
        var pools: [PoolID: RetirementProgress] = [:]
        try array { (reader) throws(JSONFault) in
            let (pool, progress) = try reader.retirementProgress()
            pools[pool] = progress
        }
        return Retirements(pools)
    }

    private mutating func retirementProgress() throws(JSONFault) -> (PoolID, RetirementProgress) {
        var connection = ""
        var fqdn = ""
        var progress = RetirementProgress()
        var checks: [Evidence.Check] = []
        var askedAt: Instant?
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "connection": connection = try reader.string()
            case "pool": fqdn = try reader.string()
            case "inDoubt":
                progress.inDoubt = try reader.optionalText().flatMap {
                    RetirementEvent.Change(rawValue: $0)
                }
            case "inDoubtUntil": progress.inDoubtUntil = try reader.optionalInstant()
            case "fencedAt": progress.fencedAt = try reader.optionalInstant()
            case "mayBeClosed": progress.mayBeClosed = try reader.bool()
            case "removedAt": progress.removedAt = try reader.optionalInstant()
            case "refusal": progress.refusal = try reader.optionalText()
            case "askedAt": askedAt = try reader.optionalInstant()
            case "checks":
                checks = try reader.list { (r) throws(JSONFault) in try r.words().check() }
            case "attested":
                try reader.array { (r) throws(JSONFault) in
                    let stated = try r.words().stated()
                    progress.attested[stated.attestation.row] = stated
                }
            default: try reader.skip()
            }
        }
        progress.probe = askedAt.map { RetirementProgress.Asked(checks: checks, at: $0) }
        return (PoolID(connection: connection, fqdn: fqdn), progress)
    }
}

extension WordMembers {
    fileprivate func check() throws(JSONFault) -> Evidence.Check {
        Evidence.Check(
            try text("subject"),
            Evidence.Verdict(rawValue: try text("verdict")) ?? .inconclusive, try text("words"),
            took: optionalNumber("milliseconds").map { .milliseconds($0) })
    }

    fileprivate func stated() throws(JSONFault) -> RetirementProgress.Stated {
        RetirementProgress.Stated(
            Attestation(
                row: try text("row"), words: try text("words"), by: try actor(),
                until: try time("until")), at: try time("at"))
    }
}
