/// `kind: Placement`

import Model

struct PlacementSpec {
    /// The owner of its entries while they are read.
    var number: Int
    var pool: Located<String>
    var baseline = false
    var selections: [Selection] = []
    var onDrift = Placement.OnDrift.leave
    var onRemoval = Placement.OnRemoval.leave
    var consent = PriceConsent()
}

enum PlacementKey: String, ManifestKey {
    case pool
    case users
    case apps
    case except
    case baseline
    case onDrift
    case onRemoval
    case accept
    case acceptUnknown

    static let subject = "the spec of a Placement"
    static let required: [PlacementKey] = [.pool]

    var meaning: Meaning {
        switch self {
        case .pool: Meaning(.text, "The Pool where they shall live; not a retired one.")
        case .users:
            Meaning(.entries(.users), "The people: addresses, lists and selections.")
        case .apps:
            Meaning(.entries(.apps), "The apps: kind/name, lists and selections.")
        case .except:
            Meaning(.entries(.any), "Who is not meant: addresses, kind/name and lists.")
        case .baseline:
            Meaning(
                .boolean,
                "Whether it only says where everybody is today; any other placement beats it.",
                initially: false)
        case .onDrift:
            Meaning(
                .words(of: Placement.OnDrift.self),
                "What to do when somebody else moves a member away.",
                initially: .text(Placement.OnDrift.leave.rawValue))
        case .onRemoval:
            Meaning(
                .words(of: Placement.OnRemoval.self),
                "Whether deleting an entry asks for the way back.",
                initially: .text(Placement.OnRemoval.leave.rawValue))
        case .accept: .accept
        case .acceptUnknown: .acceptUnknown
        }
    }
}

extension Meaning {
    /// On a Placement as on a Rollout.
    static let accept = Meaning(
        .list(of: .words(of: Price.What.self)), "Prices agreed to, in either direction.",
        initially: [])

    static let acceptUnknown = Meaning(
        .list(of: .words(of: Price.What.self)),
        "Prices agreed to even where nobody can say how much.", initially: [])
}

extension Decoder {
    func decodePlacement(_ start: Event) throws -> PlacementSpec? {
        let number = reading.placementCount
        reading.placementCount += 1
        var pool: Located<String>?
        var spec = PlacementSpec(
            number: number, pool: Located(value: "", location: location(of: start)))
        try mapping(start, as: PlacementKey.self) { key, value in
            switch key {
            case .pool: pool = try text(value, "pool")
            case .users:
                let use = EntryUse(owner: number, subject: .users)
                try decodeEntries(value, "users", use, &reading.entries, &spec.selections)
            case .apps:
                let use = EntryUse(owner: number, subject: .apps)
                try decodeEntries(value, "apps", use, &reading.entries, &spec.selections)
            case .except:
                let use = EntryUse(owner: number, subject: .any)
                var none: [Selection] = []
                try decodeEntries(value, "except", use, &reading.except, &none)
            case .baseline: spec.baseline = try boolean(value, "baseline") ?? false
            case .onDrift:
                spec.onDrift = try choice(value, "onDrift", of: Placement.OnDrift.self) ?? .leave
            case .onRemoval:
                spec.onRemoval =
                    try choice(value, "onRemoval", of: Placement.OnRemoval.self) ?? .leave
            case .accept: spec.consent.accepted = try prices(value, "accept")
            case .acceptUnknown: spec.consent.acceptedUnknown = try prices(value, "acceptUnknown")
            }
        }
        guard let pool else { return nil }
        spec.pool = pool
        return spec
    }

    func prices(_ start: Event, _ owner: String) throws -> Set<Price.What> {
        Set(try choices(start, owner, of: Price.What.self))
    }

    /// `select: {pool: ocs-mad, department: [Finance, Sales]}`
    func decodeSelection(_ start: Event, _ subject: Selection.Subject) throws -> Selection? {
        let place = location(of: start)
        var conditions: [Selection.Condition] = []
        var isGood = try anyMapping(start, "select") { key, place, value in
            let values = try oneOrMore(value, "the condition \(quoted(key))")
            if values.isEmpty, value.shape == .sequenceStart {
                report(
                    .selectionEmpty, "the condition \(quoted(key)) lists nothing", at: place,
                    hint: "nobody would ever be chosen; name a value, or take the condition away")
            }
            if values.count > reading.limits.alternatives {
                report(
                    .outOfRange,
                    "a condition takes at most \(reading.limits.alternatives) values", at: place,
                    hint: "choose by an attribute that they share")
            }
            if key == "kind" { checkKinds(values, subject) }
            conditions.append(
                Selection.Condition(key: key, anyOf: values.map(\.value), location: place))
        }
        if isGood, conditions.isEmpty {
            isGood = false
            report(
                .selectionEmpty, "a selection without conditions would choose everybody", at: place,
                hint: "name a pool at least: select: {pool: NAME}")
        }
        guard isGood else { return nil }
        return Selection(subject: subject, conditions: conditions, location: place)
    }

    private func checkKinds(_ values: [Located<String>], _ subject: Selection.Subject) {
        for value in values {
            let kind = Kind(name: value.value)
            if let kind, kind.isApp == (subject == .apps) { continue }
            let fitting = Kind.allCases.filter { $0.isApp == (subject == .apps) }.map(\.name)
            report(
                kind == nil ? .unknownResourceKind : .entryKind,
                kind == nil
                    ? "unknown kind of resource \(quoted(value.value))"
                    : "no \(value.value) is chosen under \(subject == .apps ? "apps" : "users")",
                at: value.location, hint: suggestion(for: value.value, in: fitting))
        }
    }
}
