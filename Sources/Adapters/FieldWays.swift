/// How each kind gets from one product to another: which products have it at all, and the cmdlet that
/// moves it.

import Model

extension FieldRules {
    /// By what means, and what says so.
    struct Way: Hashable {
        var means: MoveRule.Means
        var source: String

        init(_ means: MoveRule.Means, _ source: String) {
            self.means = means
            self.source = source
        }
    }
}

extension FieldRules.Way {
    init(of kind: Kind, from: Product, to: Product) {
        if from == .kamailio || to == .kamailio {
            self = Self.kamailio(kind)
            return
        }
        if (from == .teams) != (to == .teams) {
            self = Self.hybrid(kind, from: from, to: to)
            return
        }
        guard from != .teams || kind == .user else {
            self = Self(.impossible, kind.inTeams)
            return
        }
        if let missing = [from, to].first(where: { from != .teams && !kind.products.contains($0) })
        {
            self = Self(.impossible, "\(missing.rawValue) has no \(kind.name)")
            return
        }
        if let gap = Self.generationsApart(from, to) {
            self = Self(.impossible, gap)
            return
        }
        self = Self.onPremises(kind, from: from, to: to)
    }

    /// Which generations never stand side by side, in either order; nil where they can.
    private static func generationsApart(_ one: Product, _ other: Product) -> String? {
        let pair = [one, other]
        if pair.contains(.ocs2007r2), !Set(pair).isDisjoint(with: [.sfb2015, .sfb2019, .sfbSE]) {
            return
                "no way leads past Lync Server 2010 or 2013 (Plan to upgrade to Skype for Business Server 2015)"
        }
        if pair.contains(.lync2010), !Set(pair).isDisjoint(with: [.sfb2019, .sfbSE]) {
            return
                "no way leads past Lync Server 2013 or Skype for Business Server 2015 (Migration to Skype for Business Server 2019)"
        }
        return nil
    }

    private static func kamailio(_ kind: Kind) -> Self {
        switch kind {
        case .user: Self(.adapter, "the subscriber's home")
        case .serviceAddress: Self(.adapter, "the dialplan's set")
        default:
            Self(.impossible, "a Kamailio pool is home to users and service addresses only")
        }
    }

    private static func hybrid(_ kind: Kind, from: Product, to: Product) -> Self {
        let early: Set<Product> = [.ocs2007r2, .lync2010]
        if early.contains(from) || early.contains(to) {
            return Self(.impossible, "a hybrid deployment needs Lync Server 2013 or later")
        }
        switch kind {
        case .user: return Self(.adapter, "Move-CsUser")
        case .responseGroups: return Self(.operator, kind.inTeams)
        default: return Self(.impossible, kind.inTeams)
        }
    }

    private static func onPremises(_ kind: Kind, from: Product, to: Product) -> Self {
        switch kind {
        case .user:
            let isLegacy = from == .ocs2007r2 && to != .ocs2007r2
            return Self(.adapter, isLegacy ? "Move-CsLegacyUser" : "Move-CsUser")
        case .responseGroups: return responseGroups(from.direction(to: to))
        case .accessNumber, .applicationEndpoint:
            return Self(.adapter, "Move-CsApplicationEndpoint")
        case .conferenceDirectory: return Self(.adapter, "Move-CsConferenceDirectory")
        case .callParkOrbit: return Self(.adapter, "Set-CsCallParkOrbit -CallParkService")
        case .announcement:
            return Self(.adapter, "Import-CsAnnouncementFile, New-CsAnnouncement -Parent")
        case .unassignedNumber:
            return Self(
                .adapter, "Set-CsUnassignedNumber -AnnouncementService -AnnouncementName")
        case .commonAreaPhone: return Self(.adapter, "Move-CsCommonAreaPhone")
        case .analogDevice: return Self(.adapter, "Move-CsAnalogDevice")
        case .umContact:
            return Self(.adapter, "Move-CsExUmContact, then ExchUCUtil.ps1 on Exchange")
        case .trustedApplication:
            return to == .ocs2007r2
                ? Self(.impossible, "a legacy pool cannot be the next hop of an application")
                : Self(.operator, "Set-CsTrustedApplicationPool -Registrar, Enable-CsTopology")
        case .meetingRoom: return Self(.adapter, "Move-CsMeetingRoom")
        case .videoSystem: return Self(.adapter, "Move-CsThirdPartyVideoSystem")
        case .persistentChat:
            return Self(.operator, "Export-CsPersistentChatData, Import-CsPersistentChatData")
        case .voiceRoute:
            return Self(
                .operator, "gateway and Mediation Server in Topology Builder, Set-CsVoiceRoute")
        case .serviceAddress: return Self(.impossible, "only Kamailio has service addresses")
        }
    }

    private static func responseGroups(_ direction: Product.Direction?) -> Self {
        switch direction {
        case .back: Self(.adapter, "Move-CsApplicationEndpoint of their contacts")
        case .forward: Self(.adapter, "Move-CsRgsConfiguration")
        case .level, nil:
            Self(.adapter, "Export-CsRgsConfiguration, Import-CsRgsConfiguration")
        }
    }
}

extension Kind {
    /// What becomes of it on the way to Teams.
    fileprivate var inTeams: String {
        switch self {
        case .user: "Move-CsUser"
        case .responseGroups: "response groups do not migrate: rebuild them as call queues"
        case .accessNumber, .conferenceDirectory: "Teams has its own dial-in conferencing"
        default: "it does not migrate to or from Teams: build it anew there"
        }
    }
}
