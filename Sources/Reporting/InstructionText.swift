/// What was recorded for runs to heed, and what comes of it.

package import Model

package enum InstructionText {
    /// The page for a person. `running` is the run that goes on and will hear it; `folder` are the
    /// manifests, for the commands that it names.
    package static func render(
        _ instruction: Instruction, running: RunID?, auditHead: String, folder: String, width: Int,
        style: Style
    ) -> String {
        var page = TextPage(width: width, style: style)
        page.line(headline(instruction), .strong)
        if case .hold(let resources, _, _) = instruction.deed {
            page.examples(
                resources.map { Escaped.text("\($0)") }, of: resources.count, indent: 2)
        }
        for line in effects(instruction, running, folder) { page.line(line, indent: 2) }
        page.line("audit head: \(Escaped.text(auditHead))", .faint, indent: 2)
        return page.text
    }

    private static func headline(_ instruction: Instruction) -> String {
        let words =
            switch instruction.deed {
            case .hold(let resources, let owner, let until):
                "Held: \(Words.count(resources.count, "resource")), by \(owner)\(through(until))"
            case .release(let resources): "Released: \(Words.count(resources.count, "resource"))"
            case .pause(let scope, let until): "Paused: \(name(scope))\(through(until))"
            case .resume(let scope): "Resumed: \(name(scope))"
            case .cancel(let run): "Cancelled: run \(run)"
            case .retry(let steps): "Taken up again: \(Words.count(steps.count, "step"))"
            case .goForward(let steps):
                "May go forward again: \(Words.count(steps.count, "step"))"
            case .decide(let gate, let isOpen, let until):
                "\(Self.decided(isOpen)): gate \(gate.name.name) \(gate.name.side.rawValue) \(gate.wave)\(through(until))"
            case .announce(let revision): "Announced: \(Words.short(revision.desired))"
            }
        return Escaped.text(words + (instruction.reason.map { " (\($0))" } ?? ""))
    }

    private static func through(_ until: Instant?) -> String {
        until.map { ", through \($0)" } ?? ""
    }

    private static func decided(_ isOpen: Bool?) -> String {
        switch isOpen {
        case true?: "Opened"
        case false?: "Closed"
        case nil: "As it is measured"
        }
    }

    private static func name(_ scope: PauseScope) -> String {
        switch scope {
        case .estate: "the whole estate"
        case .rollout(let name): "rollout \(name)"
        }
    }

    private static func effects(
        _ instruction: Instruction, _ running: RunID?, _ folder: String
    ) -> [String] {
        let run = running.map { Escaped.text("run \($0)") }
        let there = Escaped.shell(folder)
        switch instruction.deed {
        case .hold:
            return [
                run.map { "\($0) leaves them alone from its next batch on" }
                    ?? "plans leave them alone from now on",
                "release them: rehome hold --release RESOURCE --reason WORDS --dir \(there)",
            ]
        case .release: return ["the next apply plans for them again"]
        case .pause(let scope, _):
            let option =
                if case .rollout(let name) = scope { " \(Escaped.shell(name))" } else { "" }
            return [
                run.map { "\($0) finishes what is in flight, and begins nothing more there" }
                    ?? "nothing begins there from now on",
                "go on: rehome resume\(option) --reason WORDS --dir \(there)",
            ]
        case .decide(_, false?, _):
            return ["nothing passes it until it is opened with rehome approve, or measured again"]
        case .resume, .retry, .goForward, .decide: return ["go on: rehome apply \(there)"]
        case .cancel:
            return [
                "it finishes what is in flight, records it and ends",
                "go on: rehome apply \(there)",
            ]
        case .announce: return []
        }
    }
}

package enum InstructionJSON {
    package static let format = "rehome.instruction/1"

    package static func encode(
        _ instruction: Instruction, running: RunID?, auditHead: String
    ) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", format)
            deed(instruction.deed, &writer)
            writer.member("reason", instruction.reason)
            writer.member("by", instruction.by.description)
            writer.member("at", instruction.at.description)
            writer.member("running", running?.text)
            writer.member("auditHead", auditHead)
        }
        return writer.bytes
    }

    private static func deed(_ deed: Instruction.Deed, _ writer: inout JSONWriter) {
        switch deed {
        case .hold(let resources, let owner, let until):
            writer.member("deed", "hold")
            list("resources", resources.map(\.description), &writer)
            writer.member("owner", owner)
            writer.member("until", until?.description)
        case .release(let resources):
            writer.member("deed", "release")
            list("resources", resources.map(\.description), &writer)
        case .pause(let scope, let until):
            writer.member("deed", "pause")
            writer.member("rollout", rollout(scope))
            writer.member("until", until?.description)
        case .resume(let scope):
            writer.member("deed", "resume")
            writer.member("rollout", rollout(scope))
        case .cancel(let run):
            writer.member("deed", "cancel")
            writer.member("run", run.text)
        case .retry(let steps):
            writer.member("deed", "retry")
            list("steps", steps.map(\.description), &writer)
        case .goForward(let steps):
            writer.member("deed", "go-forward")
            list("steps", steps.map(\.description), &writer)
        case .decide(let gate, let isOpen, let until):
            writer.member("deed", "decide")
            writer.member("wave", gate.wave.description)
            writer.member("side", gate.name.side.rawValue)
            writer.member("gate", gate.name.name)
            writer.member("decision", isOpen.map { $0 ? "open" : "closed" })
            writer.member("until", until?.description)
        case .announce(let revision):
            writer.member("deed", "announce")
            writer.member("desired", revision.desired)
        }
    }

    /// Null is the whole estate.
    private static func rollout(_ scope: PauseScope) -> String? {
        if case .rollout(let name) = scope { name } else { nil }
    }

    private static func list(
        _ key: StaticString, _ texts: [String], _ writer: inout JSONWriter
    ) {
        writer.key(key)
        writer.array { writer in
            for text in texts { writer.value(text) }
        }
    }
}
