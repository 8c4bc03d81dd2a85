/// Reads back the part of a snapshot that came from the ledger and from adapters.

extension JSONReader {
    mutating func memory(_ folding: Folding) throws(JSONFault) -> Memory {
        var memory = Memory(isAtHand: false, stops: Stops(comparedBy: folding))
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "isAtHand": memory.isAtHand = try reader.bool()
            case "ledger": memory.ledgerID = try reader.optionalText()
            case "settled":
                try reader.array { (reader) throws(JSONFault) in
                    let (connection, homes) = try reader.settled(folding)
                    memory.homes[connection] = homes
                }
            case "bound":
                try reader.array { (reader) throws(JSONFault) in
                    let (connection, ids) = try reader.bound(folding)
                    memory.bound[connection] = ids
                }
            case "inDoubt":
                memory.inDoubt = try reader.list { (r) throws(JSONFault) in try r.intended() }
            case "setAside": try reader.setAside(into: &memory)
            case "rolledBack":
                memory.rolledBack = Set(
                    try reader.list { (r) throws(JSONFault) in try r.stepID() })
            case "consents": memory.consents = try reader.consents()
            case "endorsed": try reader.endorsed(into: &memory)
            case "vouched": try reader.vouched(into: &memory)
            case "waves": memory.journey = try reader.journey()
            case "retirements": memory.retirements = try reader.retirements()
            case "held", "pauses":
                try reader.array { (reader) throws(JSONFault) in
                    let isHold = key == "held"
                    let members = try reader.words()
                    memory.stops.take(isHold ? try members.hold() : try members.pause())
                }
            default: try reader.skip()
            }
        }
        return memory
    }

    private mutating func setAside(into memory: inout Memory) throws(JSONFault) {
        try array { (reader) throws(JSONFault) in
            let members = try reader.words()
            memory.setAside[try members.step("step")] = Memory.SetAside(
                message: try members.text("message"), since: try members.time("since"))
        }
    }

    private mutating func consents() throws(JSONFault) -> [Consent] {
        try list { (reader) throws(JSONFault) in try reader.words().consent() }
    }

    private mutating func endorsed(into memory: inout Memory) throws(JSONFault) {
        try array { (reader) throws(JSONFault) in
            var step: StepID?
            var people: [String] = []
            try reader.object { (reader, key) throws(JSONFault) in
                switch key {
                case "step": step = try reader.stepID()
                case "by": people = try reader.texts()
                default: try reader.skip()
                }
            }
            if let step { memory.endorsed[step] = Set(people) }
        }
    }

    private mutating func vouched(into memory: inout Memory) throws(JSONFault) {
        try array { (reader) throws(JSONFault) in
            var statement: String?
            var people: [String] = []
            try reader.object { (reader, key) throws(JSONFault) in
                switch key {
                case "statement": statement = try reader.string()
                case "by": people = try reader.texts()
                default: try reader.skip()
                }
            }
            if let statement { memory.vouched[statement] = Set(people) }
        }
    }

    private mutating func settled(
        _ folding: Folding
    ) throws(JSONFault) -> (String, SettledHomes) {
        var connection = ""
        var homes = SettledHomes(comparedBy: folding)
        var sizes = (pools: 0, formers: 0, placements: 0)
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "connection": connection = try reader.string()
            case "pools":
                for text in try reader.texts() { sizes.pools = Int(homes.poolCode(of: text)) }
            case "formers":
                for text in try reader.texts() { sizes.formers = Int(homes.formerCode(of: text)) }
            case "placements":
                for text in try reader.texts() {
                    sizes.placements = Int(homes.placementCode(of: text))
                }
            case "homes":
                try reader.array { (reader) throws(JSONFault) in
                    try reader.settledHome(sizes, into: &homes)
                }
            default: try reader.skip()
            }
        }
        return (connection, homes)
    }

    private mutating func settledHome(
        _ sizes: (pools: Int, formers: Int, placements: Int), into homes: inout SettledHomes
    ) throws(JSONFault) {
        let offset = try start()
        var kind = Kind.user
        var name = ""
        var ownID = ""
        var codes: [Int] = []
        var flags: [Bool] = []
        var place = 0
        try array { (reader) throws(JSONFault) in
            defer { place += 1 }
            switch place {
            case 0: kind = try reader.knownKind()
            case 1: name = try reader.string()
            case 2: ownID = try reader.string()
            case 3, 4, 5: codes.append(try reader.int())
            case 6, 7: flags.append(try reader.bool())
            default: try reader.skip()
            }
        }
        guard flags.count == 2, (0...sizes.pools).contains(codes[0]),
            (0...sizes.formers).contains(codes[1]), (0...sizes.placements).contains(codes[2])
        else { throw .unexpected(offset: offset, expected: "a settled home") }
        name.withUTF8 { name in
            ownID.withUTF8 { ownID in
                homes.append(
                    kind: kind, name: UnsafeRawBufferPointer(name),
                    ownID: UnsafeRawBufferPointer(ownID), poolCode: Int32(codes[0]),
                    formerCode: Int32(codes[1]), placementCode: Int32(codes[2]),
                    bySelection: flags[0], movedByUs: flags[1])
            }
        }
    }

    private mutating func bound(_ folding: Folding) throws(JSONFault) -> (String, BoundIDs) {
        var connection = ""
        var ids = BoundIDs(comparedBy: folding)
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "connection": connection = try reader.string()
            case "ids":
                try reader.array { (reader) throws(JSONFault) in
                    let offset = try reader.start()
                    let words = try reader.texts(3)
                    guard let kind = Kind(name: words[0]) else {
                        throw .unexpected(offset: offset, expected: "a resource and its own id")
                    }
                    var (name, ownID) = (words[1], words[2])
                    name.withUTF8 { name in
                        ownID.withUTF8 { ownID in
                            ids.append(
                                kind: kind, name: UnsafeRawBufferPointer(name),
                                ownID: UnsafeRawBufferPointer(ownID))
                        }
                    }
                }
            default: try reader.skip()
            }
        }
        return (connection, ids)
    }

    private mutating func intended() throws(JSONFault) -> IntendedStep {
        let members = try words()
        return IntendedStep(
            run: RunID(try members.text("run")), batch: try members.number("batch"),
            connection: try members.text("connection"),
            move: Move(
                step: try members.step("step"), resource: try members.resource("resource"),
                ownID: members.optionalText("id"), from: try members.text("from"),
                to: try members.text("to")),
            placement: try members.text("placement"), bySelection: members.flag("bySelection"),
            attempt: try members.number("attempt"), at: try members.time("at"),
            deadline: try members.time("deadline"), repeatable: members.flag("repeatable"))
    }
}

/// What a connection can do.
extension JSONReader {
    mutating func capabilities() throws(JSONFault) -> Capabilities {
        var able = Capabilities(
            performs: false, comparesAndSwaps: false, checksFencing: false, claims: false,
            endsWithRunner: false, selectableBy: [], moves: [])
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "performs": able.performs = try reader.bool()
            case "comparesAndSwaps": able.comparesAndSwaps = try reader.bool()
            case "checksFencing": able.checksFencing = try reader.bool()
            case "claims": able.claims = try reader.bool()
            case "endsWithRunner": able.endsWithRunner = try reader.bool()
            case "selectableBy":
                able.selectableBy = try reader.list { (r) throws(JSONFault) in
                    let words = try r.texts(2)
                    return Capabilities.Attribute(name: words[0], source: words[1])
                }
            case "moves": able.moves = try reader.list { (r) throws(JSONFault) in try r.rule() }
            case "probes":
                able.probes = Set(try reader.list { (r) throws(JSONFault) in try r.word() })
            case "closesPools": able.closesPools = try reader.bool()
            case "evacuates": able.evacuates = try reader.bool()
            default: try reader.skip()
            }
        }
        return able
    }

    /// A list of so many texts.
    private mutating func texts(_ count: Int) throws(JSONFault) -> [String] {
        let offset = try start()
        let texts = try texts()
        guard texts.count == count else {
            throw .unexpected(offset: offset, expected: "\(count) texts")
        }
        return texts
    }

    private mutating func rule() throws(JSONFault) -> MoveRule {
        var rule = MoveRule(
            kind: .user, from: [], to: [], means: .impossible, grain: .each, after: [], costs: [],
            costsBack: [], reversal: .never, batch: 1, settles: .zero, repeatable: false,
            source: "")
        try object { (reader, key) throws(JSONFault) in
            switch key {
            case "kind": rule.kind = try reader.knownKind()
            case "from": rule.from = Set(try reader.list { (r) throws(JSONFault) in try r.word() })
            case "to": rule.to = Set(try reader.list { (r) throws(JSONFault) in try r.word() })
            case "means": rule.means = try reader.word()
            case "grain": rule.grain = try reader.word()
            case "after":
                rule.after = try reader.list { (r) throws(JSONFault) in try r.precedence() }
            case "costs": rule.costs = try reader.list { (r) throws(JSONFault) in try r.cost() }
            case "costsBack":
                rule.costsBack = try reader.list { (r) throws(JSONFault) in try r.cost() }
            case "reversal": rule.reversal = try reader.word()
            case "batch": rule.batch = try reader.int()
            case "settles": rule.settles = .milliseconds(try reader.int())
            case "repeatable": rule.repeatable = try reader.bool()
            case "source": rule.source = try reader.string()
            default: try reader.skip()
            }
        }
        return rule
    }

    private mutating func precedence() throws(JSONFault) -> MoveRule.Precedence {
        let offset = try start()
        let words = try texts(2)
        guard let kind = Kind(name: words[0]), let scope = MoveRule.After(rawValue: words[1])
        else { throw .unexpected(offset: offset, expected: "a kind, and how far it goes before") }
        return MoveRule.Precedence(kind: kind, scope: scope)
    }

    private mutating func cost() throws(JSONFault) -> MoveRule.Cost {
        let offset = try start()
        let words = try texts(3)
        guard let what = Price.What(rawValue: words[0]), ["observed", "one"].contains(words[1])
        else { throw .unexpected(offset: offset, expected: "what it costs, and how it is counted") }
        return MoveRule.Cost(what, words[1] == "one" ? .one : .observed, detail: words[2])
    }
}
