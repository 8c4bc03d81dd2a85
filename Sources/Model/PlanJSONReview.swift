/// The review in a plan's JSON: only a plan that was compared with a base has these members.

extension PlanJSON {
    static func review(_ review: Review?, _ writer: inout JSONWriter) {
        guard let review else { return }
        writer.key("review")
        writer.object {
            $0.member("base", review.base)
            $0.key("lacks")
            $0.array(.line) { for text in review.lacks { $0.value(text) } }
            $0.key("begins")
            turned(review.begins, &$0)
            $0.key("waits")
            turned(review.waits, &$0)
            refusals(review.baseRefusals, &$0)
        }
    }

    private static func turned(_ stages: [Review.Turned], _ writer: inout JSONWriter) {
        writer.array { writer in
            for stage in stages {
                writer.object(.line) {
                    $0.member("stage", stage.stage)
                    $0.member("count", stage.count)
                }
            }
        }
    }

    static func dropped(_ plan: Plan, _ words: PlanWords, _ writer: inout JSONWriter) {
        guard let review = plan.review else { return }
        writer.key("dropped")
        writer.array { writer in
            for step in review.dropped {
                writer.object(.line) { dropped(step, words, &$0) }
            }
        }
    }

    static func dropped(
        _ step: Review.Dropped, _ words: PlanWords, _ writer: inout JSONWriter
    ) {
        writer.member("id", step.id)
        writer.member("action", step.action.rawValue)
        subject(step.subject, words, &writer)
        writer.key("connection")
        writer.value(written: words.connections[Int(step.connection)])
        writer.key("from")
        pool(step.from, words, &writer)
        writer.key("to")
        pool(step.to, words, &writer)
    }
}

extension JSONReader {
    /// All of a review but the steps that were dropped.
    mutating func review() throws(JSONFault) -> Review {
        let offset = try start()
        var review = Review(base: "")
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "base": review.base = try reader.string()
            case "lacks": review.lacks = try reader.texts()
            case "begins":
                review.begins = try reader.list { (r) throws(JSONFault) in try r.turned() }
            case "waits":
                review.waits = try reader.list { (r) throws(JSONFault) in try r.turned() }
            case "refusals":
                review.baseRefusals = try reader.list { (r) throws(JSONFault) in try r.refusal() }
            default: try reader.skip()
            }
        }
        guard !review.base.isEmpty else {
            throw .unexpected(offset: offset, expected: "a review with its base")
        }
        return review
    }

    private mutating func turned() throws(JSONFault) -> Review.Turned {
        var turned = Review.Turned(stage: "", count: 0)
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "stage": turned.stage = try reader.string()
            case "count": turned.count = try reader.int()
            default: try reader.skip()
            }
        }
        return turned
    }
}
