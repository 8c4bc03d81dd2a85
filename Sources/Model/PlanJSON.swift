/// A plan as JSON: what reviewers save, tools read, and `rehome apply PLANFILE` goes on with.
///
/// Every field is described in `docs/reference/plan-format.md`. The document is pretty, with one line
/// for each step and each thing left alone, so that two plans can be compared line by line.

package enum PlanJSON {
    /// The whole plan: `decode` makes the same plan of it.
    package static func encode(_ plan: Plan) -> [UInt8] {
        var writer = JSONWriter(
            .pretty, reserving: 4096 + 640 * (plan.steps.count + plan.left.count))
        let words = PlanWords(plan)
        writer.object {
            head(plan, format: Plan.format, &$0)
            stages(plan.stages, &$0)
            steps(plan, words, &$0)
            left(plan, words, &$0)
            dropped(plan, words, &$0)
            foot(plan, &$0)
        }
        writer.endOfFile()
        return writer.bytes
    }

    /// What comes after steps and what is left.
    private static func foot(_ plan: Plan, _ writer: inout JSONWriter) {
        writer.key("undo")
        writer.object {
            $0.member("moves", plan.undo.moves)
            $0.key("price")
            prices(plan.undo.prices, &$0)
            $0.member("impossible", plan.undo.impossible)
        }
        operatorTasks(plan, &writer)
        refusals(plan.refusals, &writer)
        findings(plan.findings, &writer)
        review(plan.review, &writer)
    }

    /// The same plan as a stream of lines: the first is everything but the many, then one for each step
    /// and each thing left alone. `decode` reads it too.
    package static func encodeLines(_ plan: Plan) -> [UInt8] {
        var writer = JSONWriter(
            .pretty, reserving: 4096 + 660 * (plan.steps.count + plan.left.count))
        let words = PlanWords(plan)
        writer.object(.line) {
            head(plan, format: Plan.linesFormat, &$0)
            stages(plan.stages, &$0)
            foot(plan, &$0)
            $0.member("stepCount", plan.steps.count)
            $0.member("leftCount", plan.left.count)
            if let review = plan.review { $0.member("droppedCount", review.dropped.count) }
        }
        writer.endOfLine()
        var phrases = StepPhrases(words)
        for step in plan.steps {
            writer.object(.line) {
                $0.key("step")
                $0.object(.line) { Self.step(step, words, &phrases, &$0) }
            }
            writer.endOfLine()
        }
        for left in plan.left {
            writer.object(.line) {
                $0.key("left")
                $0.object(.line) { Self.left(left, words, &$0) }
            }
            writer.endOfLine()
        }
        for step in plan.review?.dropped ?? [] {
            writer.object(.line) {
                $0.key("dropped")
                $0.object(.line) { Self.dropped(step, words, &$0) }
            }
            writer.endOfLine()
        }
        return writer.bytes
    }
}

/// What steps name again and again, written once.
struct PlanWords {
    let columns: Plan.Columns
    let connections: [[UInt8]]
    let stages: [[UInt8]]
    let pools: [[UInt8]]
    let prices: [[UInt8]]
    let texts: [[UInt8]]
    let files: [[UInt8]]

    init(_ plan: Plan) {
        columns = plan.columns
        connections = plan.columns.connections.map(Self.word)
        stages = plan.stages.map { Self.word($0.id) }
        pools = plan.pools.map { Self.word($0.name) }
        prices = plan.columns.prices.map { list in
            JSONWriter.fragment(.pretty) { PlanJSON.prices(list, &$0) }
        }
        texts = plan.columns.texts.map(Self.word)
        files = plan.columns.files.map(Self.word)
    }

    private static func word(_ text: String) -> [UInt8] {
        JSONWriter.fragment(.pretty) { $0.value(text) }
    }
}

extension PlanJSON {
    private static func steps(_ plan: Plan, _ words: PlanWords, _ writer: inout JSONWriter) {
        var phrases = StepPhrases(words)
        writer.key("steps")
        writer.array { writer in
            for step in plan.steps {
                writer.object(.line) { Self.step(step, words, &phrases, &$0) }
            }
        }
    }

    private static func step(
        _ step: Step, _ words: PlanWords, _ phrases: inout StepPhrases,
        _ writer: inout JSONWriter
    ) {
        writer.member("id", step.id)
        writer.members(written: phrases.stage(of: step))
        subject(step.subject, words, &writer)
        writer.members(written: phrases.route(of: step))
        writer.key("needs")
        writer.array { for id in step.needs { $0.value(id) } }
        writer.members(written: phrases.terms(of: step))
        if let section = step.section { writer.member("section", section.rawValue) }
        place(step.reason, words, &writer)
    }

    private static func left(_ plan: Plan, _ words: PlanWords, _ writer: inout JSONWriter) {
        writer.key("left")
        writer.array { writer in
            for left in plan.left { writer.object(.line) { Self.left(left, words, &$0) } }
        }
    }

    private static func left(_ left: Left, _ words: PlanWords, _ writer: inout JSONWriter) {
        subject(left.subject, words, &writer)
        writer.key("connection")
        optional(left.connection, words.connections, &writer)
        writer.key("wanted")
        pool(left.wanted, words, &writer)
        writer.member("because", left.because.rawValue)
        writer.member("rule", left.rule)
        writer.key("detail")
        writer.value(written: words.texts[Int(left.detail)])
        writer.member("until", left.until?.instant.rfc3339)
        writer.member("untilAsWritten", left.until?.text)
        writer.key("evidence")
        writer.array { _ in }
        place(left.reason, words, &writer)
    }

    /// `resource` with the deployment's own id, or `pool`.
    static func subject(
        _ subject: Step.Subject, _ words: PlanWords, _ writer: inout JSONWriter
    ) {
        switch subject {
        case .resource(let row):
            writer.key("resource")
            let prefix = words.columns.kind(row).prefix
            words.columns.withName(row) {
                writer.value(prefix: prefix, Address.withoutScheme($0))
            }
            writer.key("uid")
            words.columns.withOwnID(row) { $0.isEmpty ? writer.null() : writer.value($0) }
        case .pool(let row):
            writer.key("pool")
            writer.value(written: words.pools[Int(row)])
        }
    }

    static func pool(_ row: Int32?, _ words: PlanWords, _ writer: inout JSONWriter) {
        optional(row, words.pools, &writer)
    }

    private static func optional(_ row: Int32?, _ list: [[UInt8]], _ writer: inout JSONWriter) {
        if let row { writer.value(written: list[Int(row)]) } else { writer.null() }
    }

    private static func place(
        _ place: Plan.Place?, _ words: PlanWords, _ writer: inout JSONWriter
    ) {
        writer.key("reason")
        guard let place else { return writer.null() }
        writer.object(.line) {
            $0.key("file")
            $0.value(written: words.files[Int(place.file)])
            $0.member("line", Int(place.line))
            $0.member("column", Int(place.column))
        }
    }
}

extension PlanJSON {
    /// A list of prices, as plans and `why` write it.
    package static func prices(_ list: [Price], _ writer: inout JSONWriter) {
        writer.array(.line) { writer in
            for price in list {
                writer.object(.line) {
                    $0.member("what", price.what.rawValue)
                    $0.key("count")
                    switch price.amount {
                    case .count(let count): $0.value(count)
                    case .unknown: $0.value("unknown")
                    }
                    $0.member("detail", price.detail)
                }
            }
        }
    }
}

extension Kind {
    /// What stands before the name in `kind/name`.
    fileprivate var prefix: StaticString {
        switch self {
        case .user: "user/"
        case .responseGroups: "response-groups/"
        case .accessNumber: "access-number/"
        case .conferenceDirectory: "conference-directory/"
        case .callParkOrbit: "call-park-orbit/"
        case .announcement: "announcement/"
        case .unassignedNumber: "unassigned-number/"
        case .commonAreaPhone: "common-area-phone/"
        case .analogDevice: "analog-device/"
        case .umContact: "um-contact/"
        case .trustedApplication: "trusted-application/"
        case .applicationEndpoint: "application-endpoint/"
        case .meetingRoom: "meeting-room/"
        case .videoSystem: "video-system/"
        case .persistentChat: "persistent-chat/"
        case .voiceRoute: "voice-route/"
        case .serviceAddress: "service-address/"
        }
    }
}
