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

    var meaning: Meaning {
        switch self {
        case .limits: Meaning(.mapping(PolicyLimitKey.self), "How much may happen at once.")
        case .freezes:
            Meaning(.list(of: .mapping(FreezeKey.self)), "Times without moves.", initially: [])
        case .approvals: Meaning(.mapping(ApprovalKey.self), "How many people must approve.")
        case .privacy: Meaning(.mapping(PrivacyKey.self), "Where people appear as pseudonyms.")
        }
    }
}

enum PolicyLimitKey: String, ManifestKey {
    case moves
    case vanish
    case stale
    case retirements

    static let subject = "limits"
    static let required: [PolicyLimitKey] = []

    var meaning: Meaning {
        switch self {
        case .moves: Meaning(.mapping(MoveLimitKey.self), "How much may move.")
        case .vanish:
            Meaning(
                .mapping(ShareKey.self), "How many of the managed one commit may let go.",
                initially: .share(Policy.Limits().vanish))
        case .stale:
            Meaning(
                .mapping(ShareKey.self),
                "How many premises may have changed before a plan is stale.",
                initially: .share(Policy.Limits().stale))
        case .retirements:
            Meaning(.mapping(RetirementLimitKey.self), "How many pools may be retired.")
        }
    }
}

enum MoveLimitKey: String, ManifestKey {
    case perRun
    case perHour
    case percent

    static let subject = "moves"
    static let required: [MoveLimitKey] = []

    var meaning: Meaning {
        switch self {
        case .perRun:
            Meaning(
                .wholeNumber(0...10_000_000), "How many moves one run may begin.",
                initially: .number(Policy.Limits().movesPerRun))
        case .perHour:
            Meaning(
                .wholeNumber(1...10_000_000),
                "How many moves may begin in an hour; it paces runs and never refuses.")
        case .percent:
            Meaning(
                .percent,
                "The share that may move of everything homed on the declared pools of a connection.",
                initially: .number(Policy.Limits().movesPercent))
        }
    }
}

enum ShareKey: String, ManifestKey {
    case percent
    case atLeast

    static let subject = "a share"
    static let required: [ShareKey] = []

    var meaning: Meaning {
        switch self {
        case .percent: Meaning(.percent, "A share; the larger of it and of atLeast counts.")
        case .atLeast:
            Meaning(
                .wholeNumber(0...10_000_000), "A number; the larger of it and of percent counts.")
        }
    }
}

enum FreezeKey: String, ManifestKey {
    case from
    case to
    case reason

    static let subject = "a freeze"
    static let required = allCases

    var meaning: Meaning {
        switch self {
        case .from:
            Meaning(.spelled(.time), "When it begins; a date without a time, with that day.")
        case .to:
            Meaning(
                .spelled(.time), "When it ends; a date without a time, with the end of that day.")
        case .reason: Meaning(.filledText, "Why nothing shall move.")
        }
    }
}

enum ApprovalKey: String, ManifestKey {
    case retire
    case move
    case override
    case attest
    case signers

    static let subject = "approvals"
    static let required: [ApprovalKey] = []

    var meaning: Meaning {
        switch self {
        case .retire:
            Meaning(
                .approvers, "How many people must approve that a pool is retired.",
                initially: .number(Policy.Approvals().retire))
        case .move:
            Meaning(
                .approvers, "How many people must approve that somebody is moved.",
                initially: .number(Policy.Approvals().move))
        case .override:
            Meaning(
                .approvers, "How many people must approve that a rail is lifted.",
                initially: .number(Policy.Approvals().override))
        case .attest:
            Meaning(
                .approvers,
                "How many others must approve what a person states because nothing can see it.",
                initially: .number(Policy.Approvals().attest))
        case .signers:
            Meaning(.filledText, "A file of public keys; with it, approvals are signatures.")
        }
    }
}

enum PrivacyKey: String, ManifestKey {
    case mask

    static let subject = "privacy"
    static let required: [PrivacyKey] = []

    var meaning: Meaning {
        switch self {
        case .mask:
            Meaning(
                .list(of: .words(of: Policy.Privacy.Place.self)),
                "The places; without them, nowhere.", initially: [])
        }
    }
}

extension Form {
    fileprivate static let approvers = Form.wholeNumber(0...20)
}

extension JSONTree {
    fileprivate static func share(_ share: Policy.Share) -> JSONTree {
        ["percent": .number(share.percent), "atLeast": .number(share.atLeast)]
    }
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
            case .retirements: try decodeRetirementLimits(value, into: &limits)
            }
        }
    }

    private func decodeMoveLimits(_ start: Event, into limits: inout Policy.Limits) throws {
        try mapping(start, as: MoveLimitKey.self) { key, value in
            switch key {
            case .perRun:
                limits.movesPerRun =
                    try wholeNumber(value, key) ?? limits.movesPerRun
            case .perHour:
                limits.movesPerHour = try wholeNumber(value, key)
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
                    try wholeNumber(value, key) ?? share.atLeast
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
        var isNamed = false
        try mapping(start, as: ApprovalKey.self) { key, value in
            switch key {
            case .retire:
                approvals.retire = try wholeNumber(value, key) ?? approvals.retire
            case .move:
                approvals.move = try wholeNumber(value, key) ?? approvals.move
            case .override:
                approvals.override =
                    try wholeNumber(value, key) ?? approvals.override
            case .attest:
                approvals.attest = try wholeNumber(value, key) ?? approvals.attest
            case .signers:
                isNamed = true
                guard let named = try filledText(value, "signers") else { return }
                approvals.signers = decodeSigners(named)
            }
        }
        if !isNamed { demandSigners(approvals, at: location(of: start)) }
    }
}
