/// The waves, gates and windows of a Rollout.

import Model

/// A window whose zone may be left to the estate.
struct WindowSpec {
    var days: [Rollout.Window.Day] = []
    var from: Int
    var to: Int
    var zone: String?
}

enum WaveKey: String, ManifestKey {
    case name
    case renamedFrom
    case users
    case apps
    case percent
    case soak
    case change

    static let subject = "a wave"
    static let required: [WaveKey] = [.name]

    var meaning: Meaning {
        switch self {
        case .name: Meaning(.spelled(.name), "Its name, one of a kind in the Rollout.")
        case .renamedFrom: Meaning(.spelled(.name), "The former name of this wave.")
        case .users:
            Meaning(.entries(.users), "The people that it lists: addresses, lists and selections.")
        case .apps:
            Meaning(
                .either(.spelled(.allThatAreLeft), .entries(.apps)),
                "The apps that it lists: kind/name, lists and selections; or all that are left.")
        case .percent:
            Meaning(
                .percent,
                "How much of everybody is reached after this wave; it rises from wave to wave.")
        case .soak: Meaning(.spelled(.duration), "How long it rests after its last move.")
        case .change: Meaning(.filledText, "The number of your change request.")
        }
    }
}

enum GatesKey: String, ManifestKey {
    case before
    case after

    static let subject = "gates"
    static let required: [GatesKey] = []

    var meaning: Meaning {
        switch self {
        case .before: Meaning(.gates, "What must hold before each wave.")
        case .after: Meaning(.gates, "What must hold after each wave.")
        }
    }
}

enum GateKey: String, ManifestKey {
    case name
    case every
    case attempts
    case maxAge
    case trial
    case attested
    case call

    static let subject = "a gate"
    static let required: [GateKey] = [.name]

    var meaning: Meaning {
        switch self {
        case .name: Meaning(.spelled(.name), "Which gate.")
        case .every:
            Meaning(.spelled(.duration), "How long it is until the gate is looked at again.")
        case .attempts:
            Meaning(.wholeNumber(1...100), "How often it is looked at before it has failed.")
        case .maxAge: Meaning(.spelled(.duration), "How old what it rests on may be.")
        case .trial:
            Meaning(
                .boolean, "Whether it is measured and shown, and holds nobody.",
                initially: .flag(false))
        case .attested:
            Meaning(
                .boolean, "Whether a person states it, because no probe can see it.",
                initially: .flag(false))
        case .call:
            Meaning(
                .spelled(.name),
                "The call-out that answers, defined in a file beside the repository.")
        }
    }
}

enum WindowKey: String, ManifestKey {
    case days
    case from
    case to
    case zone

    static let subject = "a window"
    static let required: [WindowKey] = [.from, .to]

    var meaning: Meaning {
        switch self {
        case .days:
            Meaning(
                .list(of: .words(of: Rollout.Window.Day.self)),
                "The days on which it opens; without them, every day.", initially: [])
        case .from: Meaning(.spelled(.timeOfDay), "When it opens.")
        case .to:
            Meaning(
                .spelled(.timeOfDay),
                "When it closes; a time before its opening is on the next day.")
        case .zone: Meaning(.spelled(.zone), "Its zone; without it, that of the Estate.")
        }
    }
}

extension Form {
    fileprivate static let gates = Form.list(
        of: .either(.spelled(.name), .mapping(GateKey.self)))
}

extension Decoder {
    func decodeWave(_ start: Event, into spec: inout RolloutSpec) throws {
        guard spec.waves.count < reading.limits.waves else {
            report(
                .outOfRange, "a rollout has at most \(reading.limits.waves) waves",
                at: location(of: start))
            return try skip(start)
        }
        let owner = spec.number * 1000 + spec.waves.count
        var wave = Wave(
            name: "", renamedFrom: nil, percent: nil, selections: [], takesAllApps: false,
            soak: nil, change: nil, location: location(of: start))
        try mapping(start, as: WaveKey.self) { key, value in
            switch key {
            case .name:
                guard let name = try name(value, "the name of a wave") else { return }
                wave.name = name.value
                wave.location = name.location
            case .renamedFrom: wave.renamedFrom = try name(value, "renamedFrom")?.value
            case .users:
                let use = EntryUse(owner: owner, subject: .users)
                try decodeEntries(value, "users", use, &reading.drawn, &wave.selections)
            case .apps: try decodeWaveApps(value, owner, into: &wave)
            case .percent: wave.percent = try percent(value, "percent")
            case .soak: wave.soak = try duration(value, "soak")
            case .change: wave.change = try filledText(value, "change")?.value
            }
        }
        spec.waves.append(wave)
    }

    private func decodeWaveApps(_ start: Event, _ owner: Int, into wave: inout Wave) throws {
        guard start.shape == .scalar else {
            let use = EntryUse(owner: owner, subject: .apps)
            return try decodeEntries(start, "apps", use, &reading.drawn, &wave.selections)
        }
        guard start.text == "all" else {
            return try reportWrongType(start, "apps", wants: "all, or a list of entries")
        }
        wave.takesAllApps = true
    }

    func decodeGates(_ start: Event, into spec: inout RolloutSpec) throws {
        try mapping(start, as: GatesKey.self) { key, value in
            var gates: [Rollout.GateUse] = []
            try sequence(value, key.rawValue, of: "gates") { item in
                if let gate = try decodeGate(item) { gates.append(gate) }
            }
            switch key {
            case .before: spec.gatesBefore = gates
            case .after: spec.gatesAfter = gates
            }
        }
    }

    private func decodeGate(_ start: Event) throws -> Rollout.GateUse? {
        var gate = Gate(name: "")
        let place = location(of: start)
        guard start.shape == .mappingStart else {
            guard let name = try name(start, "a gate") else { return nil }
            gate.name = name.value
            demandAnswer(to: gate, at: place)
            return Rollout.GateUse(gate, location: place)
        }
        var called: SourceLocation?
        var callsOut = false
        try mapping(start, as: GateKey.self) { key, value in
            switch key {
            case .name: gate.name = try name(value, "a gate")?.value ?? ""
            case .every: gate.every = try duration(value, "every")
            case .attempts: gate.attempts = try wholeNumber(value, key)
            case .maxAge: gate.maxAge = try duration(value, "maxAge")
            case .trial: gate.isTrial = try boolean(value, "trial") ?? false
            case .attested: gate.isAttested = try boolean(value, "attested") ?? false
            case .call:
                callsOut = true
                let call = try name(value, "the name of a call-out")
                (gate.call, called) = (call?.value, call?.location)
            }
        }
        if let called, gate.isAttested {
            report(
                .gateAnsweredTwice, "a gate that calls out is not attested", at: called,
                hint: "leave out one of the two: a person states what an attested gate says")
        }
        guard !gate.name.isEmpty else { return nil }
        if !callsOut { demandAnswer(to: gate, at: place) }
        return Rollout.GateUse(gate, location: place)
    }

    /// A gate that nobody answers would be waited for without an end.
    private func demandAnswer(to gate: Gate, at place: SourceLocation) {
        guard !gate.isMeasured, !gate.isAttested else { return }
        let questions = Probe.Question.allCases.map(\.rawValue)
        report(
            .gateUnanswered, "nobody answers the gate \(quoted(gate.name))", at: place,
            hint: nearest(to: gate.name, in: questions).map { "did you mean \"\($0)\"?" }
                ?? "say who does: call: NAME, or attested: true; deployments answer "
                + questions.sorted().joined(separator: ", "))
    }

    func decodeWindow(_ start: Event) throws -> WindowSpec? {
        var days: [Rollout.Window.Day] = []
        var from: Int?
        var to: Int?
        var zone: String?
        try mapping(start, as: WindowKey.self) { key, value in
            switch key {
            case .days: days = try choices(value, "days", of: Rollout.Window.Day.self)
            case .from: from = try timeOfDay(value, "from")
            case .to: to = try timeOfDay(value, "to")
            case .zone: zone = try self.zone(value, "zone")
            }
        }
        guard let from, let to else { return nil }
        return WindowSpec(days: days, from: from, to: to, zone: zone)
    }

    private func timeOfDay(_ start: Event, _ owner: String) throws -> Int? {
        guard let text = try text(start, owner) else { return nil }
        guard let minutes = Quantity.timeOfDay(text.value) else {
            report(
                .badTime, "\(owner) is no time of day: \(quoted(text.value))", at: text.location,
                hint: Spelling.timeOfDay.hint)
            return nil
        }
        return minutes
    }
}
