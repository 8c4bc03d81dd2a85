/// The canonical line back to entries.

import Model

/// The members of one object, asked for by name.
struct Members {
    let members: [LineValue.Member]

    init(_ value: LineValue) throws(UnreadableLine) {
        guard case .object(let members) = value else {
            throw UnreadableLine(message: "an object is missing")
        }
        self.members = members
    }

    func commit() throws(UnreadableLine) -> AuditedCommit {
        var entries: [LedgerEntry] = []
        for value in try list("entries") { try Members(value).appendEntries(to: &entries) }
        return AuditedCommit(
            number: try number("number"), at: try time("at"), by: try actor("by"),
            entries: entries)
    }

    private func appendEntries(to entries: inout [LedgerEntry]) throws(UnreadableLine) {
        guard members.count == 1, let member = members.first else {
            throw UnreadableLine(message: "an entry has exactly one member")
        }
        if member.key == "intended" {
            return entries.append(.batchIntended(try intended()))
        }
        if member.key == "takenBack" {
            return entries.append(.takenBack(try steps("takenBack")))
        }
        let body = try Members(member.value)
        switch member.key {
        case "plan": entries.append(.planRecorded(try body.plan()))
        case "began": entries.append(.runBegan(try body.run()))
        case "settled": entries.append(try body.settled())
        case "homes": try body.appendHomes(to: &entries)
        case "ended": entries.append(try body.ended())
        case "consent": entries.append(.consentGiven(try body.consent()))
        case "instruction": entries.append(.instructed(try body.instruction()))
        case "bound": entries.append(try body.bound())
        case "wave": entries.append(.wave(try body.wave()))
        case "retirement": entries.append(.retirement(try body.retirement()))
        default: throw UnreadableLine(message: "no entry is called \(member.key)")
        }
    }

    private func plan() throws(UnreadableLine) -> RecordedPlan {
        RecordedPlan(
            digest: try text("digest"), campaign: try text("campaign"),
            revision: try nullableText("revision"), at: try time("at"),
            steps: try steps("steps"), prices: try stepPrices("prices"))
    }

    private func run() throws(UnreadableLine) -> Run {
        Run(
            id: RunID(try text("run")), plan: try text("plan"), campaign: try text("campaign"),
            revision: try nullableText("revision"), by: try actor("by"),
            began: try time("began"), ended: try nullableTime("ended"),
            outcome: try nullableText("outcome").map(Self.runOutcome),
            reason: try nullableText("reason"), counts: try counts())
    }

    private func settled() throws(UnreadableLine) -> LedgerEntry {
        guard
            let outcome = StepOutcome(
                recorded: try text("outcome"), message: try optionalText("message"),
                until: try optionalTime("until"))
        else { throw Self.wrong("outcome") }
        return .stepSettled(
            run: RunID(try text("run")), step: try step(), outcome: outcome, at: try time("at"))
    }

    private func ended() throws(UnreadableLine) -> LedgerEntry {
        .runEnded(
            run: RunID(try text("run")), outcome: try Self.runOutcome(try text("outcome")),
            reason: try nullableText("reason"), counts: try counts(), at: try time("at"))
    }

    private func consent() throws(UnreadableLine) -> Consent {
        guard
            let subject = Consent.Subject(
                recorded: try text("subject"), what: try nullableText("what"))
        else { throw Self.wrong("subject") }
        return Consent(
            subject: subject, digest: try text("digest"), reason: try text("reason"),
            by: try actor("by"), at: try time("at"), signature: try signature())
    }

    /// Nil where the member is not there: only some approvals are signed.
    private func signature() throws(UnreadableLine) -> Signature? {
        guard members.contains(where: { $0.key == "signature" }) else { return nil }
        let body = try Members(value("signature"))
        return Signature(principal: try body.text("principal"), armor: try body.text("armor"))
    }

    func actor(_ key: String) throws(UnreadableLine) -> Actor {
        let body = try Members(value(key))
        return Actor(
            account: try body.text("account"), host: try body.text("host"),
            label: try body.nullableText("label"))
    }

    private func counts() throws(UnreadableLine) -> Run.Counts {
        let body = try Members(value("counts"))
        var counts = Run.Counts()
        counts.total = try body.number("total")
        counts.done = try body.number("done")
        counts.already = try body.number("already")
        counts.conflict = try body.number("conflict")
        counts.failed = try body.number("failed")
        counts.inDoubt = try body.number("inDoubt")
        counts.gone = try body.number("gone")
        return counts
    }
}

/// Groups.
extension Members {
    private func appendHomes(to entries: inout [LedgerEntry]) throws(UnreadableLine) {
        let connection = try text("connection")
        var home = SettledHome(
            resource: ResourceID(kind: .user, name: ""), ownID: nil, pool: try text("pool"),
            former: try nullableText("former"), placement: try text("placement"),
            bySelection: try flag("bySelection"), movedByUs: try flag("movedByUs"))
        let isExact = try optionalFlag("exact")
        for value in try list("of") {
            guard case .list(let pair) = value, pair.count == 2, case .text(let name) = pair[0]
            else { throw Self.wrong("of") }
            home.resource = try Self.resource(name)
            if !isExact { home.resource = home.resource.folded(by: .whole) }
            switch pair[1] {
            case .null: home.ownID = nil
            case .text(let id): home.ownID = id
            default: throw Self.wrong("of")
            }
            entries.append(.homeSettled(connection: connection, home))
        }
    }

    private func intended() throws(UnreadableLine) -> [IntendedStep] {
        var steps: [IntendedStep] = []
        for value in try list("intended") {
            let batch = try Members(value)
            for value in try batch.list("steps") {
                steps.append(try Members(value).intendedStep(of: batch))
            }
        }
        return steps
    }

    private func intendedStep(of batch: Members) throws(UnreadableLine) -> IntendedStep {
        IntendedStep(
            run: RunID(try batch.text("run")), batch: try batch.number("batch"),
            connection: try batch.text("connection"),
            move: Move(
                step: try step(), resource: try Self.resource(try text("resource")),
                ownID: try nullableText("id"), from: try text("from"), to: try text("to")),
            placement: try text("placement"), bySelection: try flag("bySelection"),
            attempt: try number("attempt"), at: try batch.time("at"),
            deadline: try batch.time("deadline"), repeatable: try batch.flag("repeatable"))
    }
}
