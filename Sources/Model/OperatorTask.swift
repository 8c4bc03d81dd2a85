/// What a person does for steps that no supported script can do.

/// The steps of one kind and one way, which are done by the same means.
package struct OperatorTask: Hashable, Sendable {
    package var kind: Kind
    /// Rows of the plan's pools.
    package var from: Int32?
    package var to: Int32?
    /// How many steps.
    package var count: Int
    /// The cmdlets or tools that do it, from the capability that says that a person does.
    package var means: String

    package init(kind: Kind, from: Int32?, to: Int32?, count: Int, means: String) {
        self.kind = kind
        self.from = from
        self.to = to
        self.count = count
        self.means = means
    }
}

extension PlanJSON {
    static func operatorTasks(_ plan: Plan, _ writer: inout JSONWriter) {
        writer.list("operatorTasks", plan.operatorTasks) { writer, task in
            writer.object(.line) {
                $0.member("kind", task.kind.name)
                $0.member("from", plan.poolName(task.from))
                $0.member("to", plan.poolName(task.to))
                $0.member("count", task.count)
                $0.member("means", task.means)
            }
        }
    }
}

extension PlanReading {
    /// None in plans of before.
    func operatorTasks(_ members: PlanMembers) throws(JSONFault) -> [OperatorTask] {
        guard members.has("operatorTasks") else { return [] }
        var reader = try members.reader("operatorTasks")
        return try reader.list { (reader) throws(JSONFault) in try task(&reader) }
    }

    private func task(_ reader: inout JSONReader) throws(JSONFault) -> OperatorTask {
        let offset = try reader.start()
        var kind: Kind?
        var from: String?
        var to: String?
        var count = 0
        var means = ""
        try reader.object { (reader, key) throws(JSONFault) in
            switch key {
            case "kind": kind = try reader.knownKind()
            case "from": from = try reader.optionalText()
            case "to": to = try reader.optionalText()
            case "count": count = try reader.int()
            case "means": means = try reader.string()
            default: try reader.skip()
            }
        }
        guard let kind else {
            throw .unexpected(offset: offset, expected: "a task with a kind of resource")
        }
        return OperatorTask(
            kind: kind, from: try pool(from.map { Named(text: $0, offset: offset) }, on: nil),
            to: try pool(to.map { Named(text: $0, offset: offset) }, on: nil), count: count,
            means: means)
    }
}
