/// `kind: Rollout`

import Model

struct RolloutSpec {
    /// The owner of what its waves list, divided by 1000, while they are read.
    var number: Int
    var renamedFrom: String?
    var placements: [Located<String>] = []
    var upTo: Located<String>?
    var waves: [Wave] = []
    var relations = Rollout.Relations(mode: .bestEffort, file: nil)
    var gatesBefore: [Rollout.GateUse] = []
    var gatesAfter: [Rollout.GateUse] = []
    var budget = Policy.Share(percent: 1, atLeast: 3)
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
}

enum RelationKey: String, ManifestKey {
    case mode
    case file

    static let subject = "relations"
    static let required: [RelationKey] = []
}

enum BudgetKey: String, ManifestKey {
    case failures
    case atLeast

    static let subject = "budget"
    static let required: [BudgetKey] = []
}

enum ClosureKey: String, ManifestKey {
    case max

    static let subject = "closure"
    static let required = allCases
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
                try mapping(value, as: ClosureKey.self) { _, value in
                    spec.closureMax = try wholeNumber(value, "max", in: 1...10_000_000)
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
                    try wholeNumber(value, "atLeast", in: 0...10_000_000) ?? budget.atLeast
            }
        }
    }
}
