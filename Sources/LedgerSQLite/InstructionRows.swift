/// Instructions and bound ids: into tables, and back.

import GRDB
import Ledgers
import Model

extension CommitWriter {
    func record(_ instruction: Instruction, ofLink link: Int, at place: Int) throws {
        if case .cancel(let run) = instruction.deed, try number(of: run) == nil {
            throw LedgerError.neverBegan(run)
        }
        var statement = try BoundStatement(db, "INSERT INTO instructions VALUES (?, ?, ?)")
        try statement.bind(link)
        try statement.bind(place)
        try instruction.line.withUnsafeBytes { try statement.bind(text: $0) }
        try statement.run()
        switch instruction.deed {
        case .retry(let steps): for step in steps { try forget("set_aside", step) }
        case .goForward(let steps): for step in steps { try forget("taken_back", step) }
        default: break
        }
    }

    /// The first id counts.
    mutating func bind(_ bound: BoundResource, on connection: String) throws {
        var statement = try BoundStatement(
            db, "INSERT INTO bound VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        try statement.bind(try id(of: connection))
        try statement.bind(try id(of: bound.resource.kind.name))
        try statement.bind(Address.withoutScheme(bound.resource.name))
        try statement.bind(bound.ownID)
        try statement.run()
    }
}

extension LedgerRows {
    func instructions(after number: Int) throws -> [RecordedInstruction] {
        var instructions: [RecordedInstruction] = []
        var statement = try BoundStatement(
            db, "SELECT link, line FROM instructions WHERE link > ? ORDER BY link, place")
        try statement.bind(number)
        defer { statement.finish() }
        while try statement.next() {
            instructions.append(
                RecordedInstruction(
                    link: Int(statement.number(0)),
                    instruction: try Instruction(line: Array(statement.bytes(1)))))
        }
        return instructions
    }

    func stops(_ folding: Folding) throws -> Stops {
        var stops = Stops(comparedBy: folding)
        for recorded in try instructions(after: 0) { stops.take(recorded.instruction) }
        return stops
    }

    func bound(_ words: [String], _ folding: Folding) throws -> [String: BoundIDs] {
        var bound: [String: BoundIDs] = [:]
        var statement = try BoundStatement(
            db,
            "SELECT connection, kind, name, own_id FROM bound ORDER BY connection, kind, name")
        defer { statement.finish() }
        var connection: Int64 = -1
        var ids = BoundIDs(comparedBy: folding)
        var name = ""
        while try statement.next() {
            if statement.number(0) != connection {
                if connection >= 0 { bound[name] = ids }
                connection = statement.number(0)
                name = try Self.word(words, connection)
                ids = BoundIDs(comparedBy: folding)
            }
            guard let kind = Kind(name: try Self.word(words, statement.number(1))) else {
                throw Self.damaged("bound")
            }
            ids.append(kind: kind, name: statement.bytes(2), ownID: statement.bytes(3))
        }
        if connection >= 0 { bound[name] = ids }
        return bound
    }
}
