/// What a pool is home to, and how it is named.

/// A kind of resource, in the field's standard terms; `docs/reference/resources.md` says what each is and
/// how its names are formed. Every kind but `user` is an application ("app") in the manifests. Raw
/// values order kinds for display and for nothing else.
package enum Kind: UInt8, Sendable, CaseIterable, Comparable {
    case user
    case responseGroups
    case accessNumber
    case conferenceDirectory
    case callParkOrbit
    case announcement
    case unassignedNumber
    case commonAreaPhone
    case analogDevice
    case umContact
    case trustedApplication
    case applicationEndpoint
    case meetingRoom
    case videoSystem
    case persistentChat
    case voiceRoute
    case serviceAddress

    /// The word in manifests, plans and ledgers.
    @inlinable package var name: String {
        switch self {
        case .user: "user"
        case .responseGroups: "response-groups"
        case .accessNumber: "access-number"
        case .conferenceDirectory: "conference-directory"
        case .callParkOrbit: "call-park-orbit"
        case .announcement: "announcement"
        case .unassignedNumber: "unassigned-number"
        case .commonAreaPhone: "common-area-phone"
        case .analogDevice: "analog-device"
        case .umContact: "um-contact"
        case .trustedApplication: "trusted-application"
        case .applicationEndpoint: "application-endpoint"
        case .meetingRoom: "meeting-room"
        case .videoSystem: "video-system"
        case .persistentChat: "persistent-chat"
        case .voiceRoute: "voice-route"
        case .serviceAddress: "service-address"
        }
    }

    package init?(name: some StringProtocol) {
        guard let kind = Kind.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }

    @inlinable package var isApp: Bool { self != .user }

    /// What a name of this kind looks like.
    package var grammar: Grammar {
        switch self {
        case .user, .commonAreaPhone, .analogDevice, .umContact, .applicationEndpoint,
            .meetingRoom, .videoSystem, .persistentChat:
            .address
        case .conferenceDirectory: .number
        case .responseGroups, .accessNumber, .callParkOrbit, .announcement, .unassignedNumber,
            .trustedApplication, .voiceRoute, .serviceAddress:
            .text
        }
    }

    /// How the names of a kind are formed.
    package enum Grammar: Hashable, Sendable {
        /// `somebody@host`, with or without `sip:`.
        case address
        /// Decimal digits without a leading zero.
        case number
        /// Any text that a person can see, without spaces around it.
        case text
    }

    @inlinable package static func < (one: Kind, other: Kind) -> Bool {
        one.rawValue < other.rawValue
    }
}

extension Kind {
    /// The products of the family, Teams aside, that have such a thing.
    package var products: Set<Product> {
        switch self {
        case .user, .responseGroups, .accessNumber, .conferenceDirectory, .trustedApplication,
            .applicationEndpoint, .voiceRoute:
            [.ocs2007r2, .lync2010, .lync2013, .sfb2015, .sfb2019, .sfbSE]
        case .callParkOrbit, .announcement, .unassignedNumber, .commonAreaPhone, .analogDevice:
            [.lync2010, .lync2013, .sfb2015, .sfb2019, .sfbSE]
        case .umContact, .persistentChat: [.ocs2007r2, .lync2010, .lync2013, .sfb2015]
        case .meetingRoom: [.lync2013, .sfb2015, .sfb2019, .sfbSE]
        case .videoSystem: [.sfb2015, .sfb2019, .sfbSE]
        case .serviceAddress: []
        }
    }
}

/// `user/ana@contoso.example`, `response-groups/madrid`: names a resource within its connection,
/// and never contains its pool. The name is as somebody wrote it, without the `sip:` scheme.
package struct ResourceID: Hashable, Sendable, CustomStringConvertible {
    package var kind: Kind
    package var name: String

    package init(kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }

    /// Reads `kind/name`; nil when the kind is none of ours or the name is empty.
    package init?(_ text: some StringProtocol) {
        guard let slash = text.firstIndex(of: "/"), let kind = Kind(name: text[..<slash])
        else { return nil }
        let name = Address.withoutScheme(String(text[text.index(after: slash)...]))
        guard !name.isEmpty else { return nil }
        self.init(kind: kind, name: name)
    }

    package var description: String { "\(kind.name)/\(name)" }

    /// The form that is compared, hashed and recorded.
    package func folded(by folding: Folding) -> ResourceID {
        ResourceID(kind: kind, name: folding.folded(name))
    }
}

/// Addresses as text: the scheme, and the names that have no case anywhere, such as those of hosts. Names
/// of resources are compared by a `Folding`.
package enum Address {
    /// The address without a leading `sip:` in any case.
    package static func withoutScheme(_ text: String) -> String {
        text.utf8.count > 4
            && text.utf8.prefix(4).elementsEqual("sip:".utf8, by: { $0 | 0x20 == $1 || $0 == $1 })
            ? String(text.dropFirst(4)) : text
    }

    package static func withoutScheme(_ name: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard name.count > 4, name[3] == UInt8(ascii: ":"), name[0] | 0x20 == UInt8(ascii: "s"),
            name[1] | 0x20 == UInt8(ascii: "i"), name[2] | 0x20 == UInt8(ascii: "p")
        else { return name }
        return UnsafeRawBufferPointer(rebasing: name[4...])
    }

    /// Scheme dropped, ASCII case folded.
    package static func folded(_ text: String) -> String {
        var text = text
        let isFolded = text.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            return withoutScheme(bytes).count == bytes.count
                && !bytes.contains { $0 >= 0x41 && $0 <= 0x5A }
        }
        if isFolded { return text }
        return String(decoding: withoutScheme(text).utf8.map(folded(byte:)), as: UTF8.self)
    }

    @inlinable package static func folded(byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }
}
