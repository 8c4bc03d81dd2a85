/// Writes once what many steps of a plan say in the same words.

/// Members of a step's JSON that hang on little, kept by what they hang on.
struct StepPhrases {
    private let words: PlanWords
    private var stages = Phrases<StageKey>()
    private var routes = Phrases<RouteKey>()
    private var terms = Phrases<TermsKey>()

    init(_ words: PlanWords) { self.words = words }

    private struct StageKey: Hashable {
        var stage: Int32
        var action: Step.Action
    }

    private struct RouteKey: Hashable {
        var connection: Int32
        var from: Int32?
        var to: Int32?
    }

    private struct TermsKey: Hashable {
        var reversal: MoveRule.Reversal
        var price: Int32
        var back: Int32
        var cause: Step.Cause
        var placement: Int32
        var bySelection: Bool
    }

    mutating func stage(of step: Step) -> [UInt8] {
        stages.phrase(StageKey(stage: step.stage, action: step.action)) { key, writer in
            writer.key("stage")
            writer.value(written: words.stages[Int(key.stage)])
            writer.member("action", key.action.rawValue)
        }
    }

    mutating func route(of step: Step) -> [UInt8] {
        let key = RouteKey(connection: step.connection, from: step.from, to: step.to)
        return routes.phrase(key) { key, writer in
            writer.key("connection")
            writer.value(written: words.connections[Int(key.connection)])
            writer.key("from")
            PlanJSON.pool(key.from, words, &writer)
            writer.key("to")
            PlanJSON.pool(key.to, words, &writer)
        }
    }

    mutating func terms(of step: Step) -> [UInt8] {
        let key = TermsKey(
            reversal: step.reversal, price: step.price, back: step.back, cause: step.cause,
            placement: step.placement, bySelection: step.bySelection)
        return terms.phrase(key) { key, writer in
            writer.member("reversible", key.reversal.rawValue)
            writer.key("price")
            writer.value(written: words.prices[Int(key.price)])
            writer.key("back")
            writer.value(written: words.prices[Int(key.back)])
            writer.member("cause", key.cause.rawValue)
            writer.key("placement")
            writer.value(written: words.texts[Int(key.placement)])
            writer.member("bySelection", key.bySelection)
        }
    }
}

/// Phrases by key, and the last one at hand; a bound keeps odd plans from filling memory with them.
private struct Phrases<Key: Hashable> {
    private static var most: Int { 4096 }

    private var known: [Key: [UInt8]] = [:]
    private var last: (key: Key, phrase: [UInt8])?

    mutating func phrase(_ key: Key, _ write: (Key, inout JSONWriter) -> Void) -> [UInt8] {
        if let last, last.key == key { return last.phrase }
        let phrase = known[key] ?? JSONWriter.members(.pretty) { write(key, &$0) }
        if known.count >= Self.most { known.removeAll(keepingCapacity: true) }
        known[key] = phrase
        last = (key, phrase)
        return phrase
    }
}
