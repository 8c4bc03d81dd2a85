/// Reads back what `PlanJSON.encode` wrote, also when a tool has put the members in another order.

extension PlanJSON {
    /// The plan that the bytes hold.
    ///
    /// `digest` computes the digest of a plan anew, as planning does: a file whose digest does not fit
    /// its steps is refused. Members that are not known are passed over.
    package static func decode(
        _ bytes: [UInt8], digestedBy digest: (Plan) -> String
    ) throws(PlanFileError) -> Plan {
        let plan: Plan
        do {
            let isLines = PlanMembers.format(atStartOf: bytes) == Plan.linesFormat
            let bytes = isLines ? try PlanLines.document(of: bytes) : bytes
            let members = try PlanMembers(bytes)
            guard members.format == (isLines ? Plan.linesFormat : Plan.format) else {
                throw PlanFileError.otherFormat(found: members.format)
            }
            var reading = PlanReading()
            plan = try reading.plan(members)
        } catch let fault as JSONFault {
            let format = PlanMembers.format(atStartOf: bytes)
            if format != Plan.format, format != Plan.linesFormat, fault != .truncated {
                throw .otherFormat(found: format)
            }
            throw PlanFileError(fault, in: bytes)
        } catch let error as PlanFileError {
            throw error
        } catch {
            throw .otherFormat(found: nil)
        }
        let computed = digest(plan)
        guard computed == plan.digest else {
            throw .edited(stated: plan.digest, computed: computed)
        }
        return plan
    }
}

/// Where the members of the outermost object begin.
struct PlanMembers {
    private let bytes: [UInt8]
    private var offsets: [String: Int] = [:]
    private(set) var format: String?

    init(_ bytes: [UInt8]) throws(JSONFault) {
        self.bytes = bytes
        var reader = JSONReader(bytes)
        var offsets: [String: Int] = [:]
        var format: String?
        try reader.object { (reader, key) throws(JSONFault) in
            offsets[key] = try reader.start()
            if key == "format" { format = try reader.string() } else { try reader.skip() }
        }
        try reader.endOfDocument()
        self.offsets = offsets
        self.format = format
    }

    func has(_ name: String) -> Bool { offsets[name] != nil }

    /// A reader at the value of a member.
    func reader(_ name: String) throws(JSONFault) -> JSONReader {
        guard let offset = offsets[name] else {
            throw .unexpected(offset: 0, expected: "an object with the member \(name)")
        }
        return JSONReader(bytes, at: offset)
    }

    /// The format that bytes name in their first member, though the rest may not be JSON.
    static func format(atStartOf bytes: [UInt8]) -> String? {
        var reader = JSONReader(bytes)
        var format: String?
        try? reader.object { (reader, key) throws(JSONFault) in
            guard key == "format" else { throw .truncated }
            format = try reader.string()
            throw .truncated
        }
        return format
    }
}

/// A plan while it is read: what steps name by word is turned into rows.
struct PlanReading {
    var columns = Plan.Columns()
    private var connections: [String: Int32] = [:]
    private var stages: [String: Int32] = [:]
    private var pools: [String: Int32] = [:]
    private var poolsOf: [PoolKey: Int32] = [:]

    /// What the step before had, for steps that have the same.
    struct RecentTerms {
        var stage: JSONReader.Recent<Int32>?
        var connection: JSONReader.Recent<Int32?>?
        var price: JSONReader.Recent<Int32>?
        var back: JSONReader.Recent<Int32>?
        var placement: JSONReader.Recent<Int32>?
    }

    private struct PoolKey: Hashable {
        var connection: String
        var name: String
    }

    mutating func plan(_ members: PlanMembers) throws(JSONFault) -> Plan {
        var reader = try members.reader("digest")
        let digest = try reader.string()
        reader = try members.reader("asOf")
        let asOf = try reader.instant()
        reader = try members.reader("desired")
        let desired = try reader.desired()
        reader = try members.reader("observed")
        let observed = try reader.observed()
        reader = try members.reader("summary")
        let summary = try reader.summary()
        reader = try members.reader("connections")
        for name in try reader.texts() { _ = connection(name) }
        reader = try members.reader("pools")
        let pools = try reader.list { (reader) throws(JSONFault) in try reader.planPool() }
        reader = try members.reader("stages")
        let stages = try reader.list { (reader) throws(JSONFault) in try reader.stage() }
        index(pools, stages)
        reader = try members.reader("steps")
        let steps = try steps(&reader)
        reader = try members.reader("left")
        let left = try left(&reader)
        reader = try members.reader("undo")
        let undo = try reader.undo()
        reader = try members.reader("refusals")
        let refusals = try reader.list { (reader) throws(JSONFault) in try reader.refusal() }
        reader = try members.reader("findings")
        let findings = try reader.list { (reader) throws(JSONFault) in try reader.finding() }
        let review = try review(members)
        var plan = Plan(
            digest: digest, asOf: asOf, desired: desired, observed: observed, summary: summary,
            pools: pools, stages: stages, steps: steps, left: left, undo: undo,
            refusals: refusals, findings: findings, columns: columns)
        plan.review = review
        plan.operatorTasks = try operatorTasks(members)
        return plan
    }

    /// The first of two that have one name is the one that is meant.
    private mutating func index(_ pools: [PlanPool], _ stages: [Stage]) {
        for (row, pool) in pools.enumerated().reversed() {
            self.pools[pool.name] = Int32(row)
            poolsOf[PoolKey(connection: pool.connection, name: pool.name)] = Int32(row)
        }
        for (row, stage) in stages.enumerated().reversed() { self.stages[stage.id] = Int32(row) }
    }

    mutating func connection(_ name: String) -> Int32 {
        if let known = connections[name] { return known }
        columns.connections.append(name)
        let row = Int32(columns.connections.count - 1)
        connections[name] = row
        return row
    }

    func stage(_ name: String, at offset: Int) throws(JSONFault) -> Int32 {
        guard let row = stages[name] else {
            throw .unexpected(offset: offset, expected: "the id of a stage of this plan")
        }
        return row
    }

    func pool(_ name: Named?, on connection: Int32?) throws(JSONFault) -> Int32? {
        guard let name else { return nil }
        if let connection,
            let row = poolsOf[
                PoolKey(connection: columns.connections[Int(connection)], name: name.text)]
        {
            return row
        }
        guard let row = pools[name.text] else {
            throw .unexpected(offset: name.offset, expected: "the name of a pool of this plan")
        }
        return row
    }

    /// A word and where it stands.
    struct Named {
        var text: String
        var offset: Int
    }
}
