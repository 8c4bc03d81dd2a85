/// `kind: Rollout`

import Model

struct RolloutSpec {
    static let usualBudget = Policy.Share(percent: 1, atLeast: 3)

    /// The owner of what its waves list, divided by 1000, while they are read.
    var number: Int
    var renamedFrom: String?
    var placements: [Located<String>] = []
    var upTo: Located<String>?
    var waves: [Wave] = []
    var relations = Rollout.Relations(mode: .bestEffort, file: nil)
    var gatesBefore: [Rollout.GateUse] = []
    var gatesAfter: [Rollout.GateUse] = []
    var budget = usualBudget
    var onBreach = Rollout.OnBreach.halt
    var windows: [WindowSpec] = []
    var consent = PriceConsent()
    var closureMax: Int?
}

enum RolloutKey: String, ManifestKey {
    case placements
    case upTo
    case waves
    case relations
    case gates
    case budget
    case onBreach
    case windows
    case accept
    case acceptUnknown
    case closure
    case renamedFrom

    static let subject = "the spec of a Rollout"
    static let required: [RolloutKey] = [.placements, .waves]

    var meaning: Meaning {
        switch self {
        case .placements: Meaning(.list(of: .text), "Whom it moves; a Placement is in one Rollout.")
        case .upTo:
            Meaning(
                .text,
                "The wave up to which this commit lets it go, or none; without it, on to the end.")
        case .waves: Meaning(.list(of: .mapping(WaveKey.self)), "The waves, in their order.")
        case .relations: Meaning(.mapping(RelationKey.self), "How people are bound to one another.")
        case .gates: Meaning(.mapping(GatesKey.self), "What must hold around each wave.")
        case .budget:
            Meaning(.mapping(BudgetKey.self), "How many may fail in a wave; the larger counts.")
        case .onBreach:
            Meaning(
                .words(of: Rollout.OnBreach.self), "What to do when a wave is over its budget.",
                initially: .text(Rollout.OnBreach.halt.rawValue))
        case .windows:
            Meaning(
                .list(of: .mapping(WindowKey.self)), "When moves may begin; without it, always.")
        case .accept: .accept
        case .acceptUnknown: .acceptUnknown
        case .closure:
            Meaning(.mapping(ClosureKey.self), "How far a wave reaches for people bound to it.")
        case .renamedFrom: Meaning(.spelled(.name), "The former name of this Rollout.")
        }
    }
}

enum RelationKey: String, ManifestKey {
    case mode
    case file

    static let subject = "relations"
    static let required: [RelationKey] = []

    var meaning: Meaning {
        switch self {
        case .mode:
            Meaning(
                .words(of: Rollout.Relations.Mode.self),
                "Whether unknown relations between people block them.",
                initially: .text(Rollout.Relations.Mode.bestEffort.rawValue))
        case .file: Meaning(.filledText, "A file of relations that the deployment does not tell.")
        }
    }
}

enum BudgetKey: String, ManifestKey {
    case failures
    case atLeast

    static let subject = "budget"
    static let required: [BudgetKey] = []

    var meaning: Meaning {
        switch self {
        case .failures:
            Meaning(
                .percent, "The share of a wave that may fail.",
                initially: .number(RolloutSpec.usualBudget.percent))
        case .atLeast:
            Meaning(
                .wholeNumber(0...10_000_000), "How many may fail in a wave however small it is.",
                initially: .number(RolloutSpec.usualBudget.atLeast))
        }
    }
}

enum ClosureKey: String, ManifestKey {
    case max

    static let subject = "closure"
    static let required = allCases

    var meaning: Meaning {
        switch self {
        case .max:
            Meaning(
                .wholeNumber(1...10_000_000),
                "How many people bound to one another a wave may take in; without it, the larger of 50 and twice the wave."
            )
        }
    }
}

extension Decoder {
    func decodeRollout(_ start: Event) throws -> RolloutSpec? {
        var spec = RolloutSpec(number: reading.rolloutCount)
        reading.rolloutCount += 1
        let isWhole = try mapping(start, as: RolloutKey.self) { key, value in
            switch key {
            case .placements, .waves, .upTo, .renamedFrom:
                try decodeWay(key, value, into: &spec)
            case .relations: spec.relations = try decodeRelations(value)
            case .gates: try decodeGates(value, into: &spec)
            case .budget: try decodeBudget(value, into: &spec.budget)
            case .onBreach:
                spec.onBreach = try choice(value, "onBreach", of: Rollout.OnBreach.self) ?? .halt
            case .windows:
                try sequence(value, "windows", of: "windows") { item in
                    if let window = try decodeWindow(item) { spec.windows.append(window) }
                }
            case .accept: spec.consent.accepted = try prices(value, "accept")
            case .acceptUnknown: spec.consent.acceptedUnknown = try prices(value, "acceptUnknown")
            case .closure:
                try mapping(value, as: ClosureKey.self) { key, value in
                    spec.closureMax = try wholeNumber(value, key)
                }
            }
        }
        return isWhole ? spec : nil
    }

    private func decodeWay(
        _ key: RolloutKey, _ value: Event, into spec: inout RolloutSpec
    ) throws {
        switch key {
        case .placements:
            try sequence(value, "placements", of: "names of placements") { item in
                if let name = try text(item, "a placement") { spec.placements.append(name) }
            }
        case .waves:
            try sequence(value, "waves", of: "waves") { item in
                try decodeWave(item, into: &spec)
            }
        case .upTo: spec.upTo = try text(value, "upTo")
        default: spec.renamedFrom = try name(value, "renamedFrom")?.value
        }
    }

    private func decodeRelations(_ start: Event) throws -> Rollout.Relations {
        var relations = Rollout.Relations(mode: .bestEffort, file: nil)
        try mapping(start, as: RelationKey.self) { key, value in
            switch key {
            case .mode:
                relations.mode =
                    try choice(value, "mode", of: Rollout.Relations.Mode.self) ?? .bestEffort
            case .file:
                guard let named = try filledText(value, "file") else { return }
                relations.file = try decodeRelationFile(named)
            }
        }
        return relations
    }

    private func decodeBudget(_ start: Event, into budget: inout Policy.Share) throws {
        try mapping(start, as: BudgetKey.self) { key, value in
            switch key {
            case .failures: budget.percent = try percent(value, "failures") ?? budget.percent
            case .atLeast:
                budget.atLeast =
                    try wholeNumber(value, key) ?? budget.atLeast
            }
        }
    }
}
