/// `kind: Policy`

import Model

struct PolicySpec {
    var limits = Policy.Limits()
    var freezes: [FreezeSpec] = []
    var approvals = Policy.Approvals()
    var privacy = Policy.Privacy()
}

struct FreezeSpec {
    var from: CivilTime
    var to: Located<CivilTime>
    var reason: String
}

enum PolicyKey: String, ManifestKey {
    case limits
    case freezes
    case approvals
    case privacy

    static let subject = "the spec of a Policy"
    static let required: [PolicyKey] = []
}

enum PolicyLimitKey: String, ManifestKey {
    case moves
    case vanish
    case stale
    case retirements

    static let subject = "limits"
    static let required: [PolicyLimitKey] = []
}

enum MoveLimitKey: String, ManifestKey {
    case perRun
    case perHour
    case percent

    static let subject = "moves"
    static let required: [MoveLimitKey] = []
}

enum ShareKey: String, ManifestKey {
    case percent
    case atLeast

    static let subject = "a share"
    static let required: [ShareKey] = []
}

enum RetirementLimitKey: String, ManifestKey {
    case perRun

    static let subject = "retirements"
    static let required = allCases
}

enum FreezeKey: String, ManifestKey {
    case from
    case to
    case reason

    static let subject = "a freeze"
    static let required = allCases
}

enum ApprovalKey: String, ManifestKey {
    case retire
    case move
    case override
    case signers

    static let subject = "approvals"
    static let required: [ApprovalKey] = []
}

enum PrivacyKey: String, ManifestKey {
    case mask

    static let subject = "privacy"
    static let required: [PrivacyKey] = []
}

extension Decoder {
    func decodePolicy(_ start: Event) throws -> PolicySpec? {
        var spec = PolicySpec()
        try mapping(start, as: PolicyKey.self) { key, value in
            switch key {
            case .limits: try decodePolicyLimits(value, into: &spec.limits)
            case .freezes:
                try sequence(value, "freezes", of: "freezes") { item in
                    if let freeze = try decodeFreeze(item) { spec.freezes.append(freeze) }
                }
            case .approvals: try decodeApprovals(value, into: &spec.approvals)
            case .privacy:
                try mapping(value, as: PrivacyKey.self) { _, value in
                    spec.privacy.mask = Set(
                        try choices(value, "mask", of: Policy.Privacy.Place.self))
                }
            }
        }
        return spec
    }

    private func decodePolicyLimits(_ start: Event, into limits: inout Policy.Limits) throws {
        try mapping(start, as: PolicyLimitKey.self) { key, value in
            switch key {
            case .moves: try decodeMoveLimits(value, into: &limits)
            case .vanish: try decodeShare(value, into: &limits.vanish)
            case .stale: try decodeShare(value, into: &limits.stale)
            case .retirements:
                try mapping(value, as: RetirementLimitKey.self) { _, value in
                    limits.retirementsPerRun =
                        try wholeNumber(value, "perRun", in: 0...1000) ?? limits.retirementsPerRun
                }
            }
        }
    }

    private func decodeMoveLimits(_ start: Event, into limits: inout Policy.Limits) throws {
        try mapping(start, as: MoveLimitKey.self) { key, value in
            switch key {
            case .perRun:
                limits.movesPerRun =
                    try wholeNumber(value, "perRun", in: 0...10_000_000) ?? limits.movesPerRun
            case .perHour:
                limits.movesPerHour = try wholeNumber(value, "perHour", in: 1...10_000_000)
            case .percent:
                limits.movesPercent = try percent(value, "percent") ?? limits.movesPercent
            }
        }
    }

    private func decodeShare(_ start: Event, into share: inout Policy.Share) throws {
        try mapping(start, as: ShareKey.self) { key, value in
            switch key {
            case .percent: share.percent = try percent(value, "percent") ?? share.percent
            case .atLeast:
                share.atLeast =
                    try wholeNumber(value, "atLeast", in: 0...10_000_000) ?? share.atLeast
            }
        }
    }

    private func decodeFreeze(_ start: Event) throws -> FreezeSpec? {
        var from: CivilTime?
        var to: Located<CivilTime>?
        var reason: String?
        try mapping(start, as: FreezeKey.self) { key, value in
            switch key {
            case .from: from = try time(value, "from")?.value
            case .to: to = try time(value, "to")
            case .reason: reason = try filledText(value, "reason")?.value
            }
        }
        guard let from, let to, let reason else { return nil }
        return FreezeSpec(from: from, to: to, reason: reason)
    }

    private func decodeApprovals(_ start: Event, into approvals: inout Policy.Approvals) throws {
        try mapping(start, as: ApprovalKey.self) { key, value in
            switch key {
            case .retire:
                approvals.retire = try wholeNumber(value, "retire", in: 0...20) ?? approvals.retire
            case .move:
                approvals.move = try wholeNumber(value, "move", in: 0...20) ?? approvals.move
            case .override:
                approvals.override =
                    try wholeNumber(value, "override", in: 0...20) ?? approvals.override
            case .signers:
                guard let named = try filledText(value, "signers") else { return }
                approvals.signers = readFile(named)?.path
            }
        }
    }
}
