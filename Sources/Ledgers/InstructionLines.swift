/// Instructions and bound ids, to the canonical line and back.

package import Model

extension Instruction {
    /// The canonical bytes, as they stand in a commit; ledgers with tables keep an instruction so.
    package var line: [UInt8] {
        var writer = LineWriter()
        writer.object { $0.instruction(self) }
        return writer.bytes
    }

    /// Reads a line back; throws `.damaged` when it is none.
    package init(line: [UInt8]) throws(LedgerError) {
        do {
            self = try Members(try LineReader.value(of: line)).instruction()
        } catch {
            throw .damaged(error.message)
        }
    }
}

extension LineWriter {
    mutating func instruction(_ instruction: Instruction) {
        switch instruction.deed {
        case .hold(let resources, let owner, let until):
            text("deed", "hold")
            self.resources(resources)
            text("owner", owner)
            text("until", until?.exactText)
        case .release(let resources):
            text("deed", "release")
            self.resources(resources)
        case .pause(let scope, let until):
            text("deed", "pause")
            self.scope(scope)
            text("until", until?.exactText)
        case .resume(let scope):
            text("deed", "resume")
            self.scope(scope)
        case .cancel(let run):
            text("deed", "cancel")
            text("run", run.text)
        case .retry(let steps): self.steps("retry", steps)
        case .goForward(let steps): self.steps("go-forward", steps)
        case .decide(let gate, let isOpen, let until):
            text("deed", "decide")
            text("rollout", gate.wave.rollout)
            text("wave", gate.wave.wave)
            self.gate(gate.name)
            text("is", isOpen.map { $0 ? "open" : "closed" })
            text("until", until?.exactText)
        case .announce(let revision):
            text("deed", "announce")
            self.revision(revision)
        }
        text("reason", instruction.reason)
        actor("by", instruction.by)
        text("at", instruction.at.exactText)
    }

    private mutating func resources(_ resources: [ResourceID]) {
        list("resources") { writer in
            for resource in resources { writer.resource(nil, resource) }
        }
    }

    private mutating func steps(_ deed: String, _ steps: [StepID]) {
        text("deed", deed)
        list("steps") { writer in
            for step in steps { writer.text(nil, step.description) }
        }
    }

    /// Null is the whole estate.
    private mutating func scope(_ scope: PauseScope) {
        switch scope {
        case .estate: text("rollout", nil)
        case .rollout(let name): text("rollout", name)
        }
    }

    private mutating func revision(_ revision: AnnouncedRevision) {
        text("desired", revision.desired)
        text("revision", revision.revision)
        resources(revision.held)
        list("freezes") { writer in
            for freeze in revision.freezes {
                writer.object { writer in
                    writer.text("from", freeze.from.exactText)
                    writer.text("to", freeze.to.exactText)
                    writer.text("reason", freeze.reason)
                }
            }
        }
    }

    mutating func bound(_ resources: [BoundResource], on connection: String) {
        object("bound") { writer in
            writer.text("connection", connection)
            writer.list("of") { writer in
                for bound in resources {
                    writer.list { writer in
                        writer.resource(nil, bound.resource)
                        writer.text(nil, bound.ownID)
                    }
                }
            }
        }
    }
}

extension Members {
    func instruction() throws(UnreadableLine) -> Instruction {
        Instruction(
            try deed(), reason: try nullableText("reason"), by: try actor("by"),
            at: try time("at"))
    }

    private func deed() throws(UnreadableLine) -> Instruction.Deed {
        switch try text("deed") {
        case "hold":
            .hold(
                try resources(), owner: try text("owner"), until: try nullableTime("until"))
        case "release": .release(try resources())
        case "pause": .pause(try scope(), until: try nullableTime("until"))
        case "resume": .resume(try scope())
        case "cancel": .cancel(RunID(try text("run")))
        case "retry": .retry(try steps("steps"))
        case "go-forward": .goForward(try steps("steps"))
        case "decide":
            .decide(
                GateID(try waveID(), try gate()), isOpen: try decision(),
                until: try nullableTime("until"))
        case "announce": .announce(try revision())
        default: throw Self.wrong("deed")
        }
    }

    private func resources() throws(UnreadableLine) -> [ResourceID] {
        var resources: [ResourceID] = []
        for value in try list("resources") {
            guard case .text(let name) = value else { throw Self.wrong("resources") }
            resources.append(try Self.resource(name))
        }
        return resources
    }

    func steps(_ key: String) throws(UnreadableLine) -> [StepID] {
        var steps: [StepID] = []
        for value in try list(key) {
            guard case .text(let text) = value, let step = StepID(text) else {
                throw Self.wrong(key)
            }
            steps.append(step)
        }
        return steps
    }

    private func scope() throws(UnreadableLine) -> PauseScope {
        try nullableText("rollout").map { .rollout($0) } ?? .estate
    }

    private func decision() throws(UnreadableLine) -> Bool? {
        switch try nullableText("is") {
        case "open": true
        case "closed": false
        case nil: nil
        default: throw Self.wrong("is")
        }
    }

    private func revision() throws(UnreadableLine) -> AnnouncedRevision {
        var freezes: [FreezeSpan] = []
        for value in try list("freezes") {
            let body = try Members(value)
            freezes.append(
                FreezeSpan(
                    from: try body.time("from"), to: try body.time("to"),
                    reason: try body.text("reason")))
        }
        return AnnouncedRevision(
            desired: try text("desired"), revision: try nullableText("revision"),
            held: try resources(), freezes: freezes)
    }

    func bound() throws(UnreadableLine) -> LedgerEntry {
        var resources: [BoundResource] = []
        for value in try list("of") {
            guard case .list(let pair) = value, pair.count == 2, case .text(let name) = pair[0],
                case .text(let ownID) = pair[1]
            else { throw Self.wrong("of") }
            resources.append(BoundResource(resource: try Self.resource(name), ownID: ownID))
        }
        return .bound(connection: try text("connection"), resources)
    }
}
