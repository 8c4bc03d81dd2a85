/// `limits.retirements` of a Policy: how many pools come to their end at a time, and how long each rests.

import Model

enum RetirementLimitKey: String, ManifestKey {
    case perRun
    case rest

    static let subject = "retirements"
    static let required: [RetirementLimitKey] = []

    var meaning: Meaning {
        switch self {
        case .perRun:
            Meaning(
                .wholeNumber(0...1000), "How many pools one run may close or take out.",
                initially: .number(Policy.Limits().retirementsPerRun))
        case .rest:
            Meaning(
                .spelled(.duration),
                "How long a pool stays closed before it may be taken out.", initially: "24h")
        }
    }
}

extension Decoder {
    func decodeRetirementLimits(_ start: Event, into limits: inout Policy.Limits) throws {
        try mapping(start, as: RetirementLimitKey.self) { key, value in
            switch key {
            case .perRun:
                limits.retirementsPerRun =
                    try wholeNumber(value, key) ?? limits.retirementsPerRun
            case .rest:
                limits.retirementRest = try duration(value, "rest") ?? limits.retirementRest
            }
        }
    }
}
