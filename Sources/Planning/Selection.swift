/// Selections, made ready to be asked a million times: texts become sets of codes.

import Model

/// A selection of one placement, against the columns of one observation.
struct CompiledSelection {
    enum Match {
        case no
        /// It matches, and names the resource's present pool or none.
        case named
        /// It matches only because the resource is where the selection leads.
        case already
        case unknown(Gap)
    }

    let placement: Int
    /// The name of the pool that the placement leads to.
    let pool: String
    let isBaseline: Bool
    let location: SourceLocation
    private let subject: Selection.Subject
    private let kinds: Set<Kind>?
    private let conditions: [Condition]
    /// Codes of the pool column that a `pool` or `site` condition names; nil without one.
    private let namedPools: [Bool]?
    private let targetCode: Int32
    private let placementName: String

    private struct Condition {
        let name: String
        let column: CodeColumn?
        let allowed: [Bool]
    }

    init(_ selection: Selection, placement index: Int, _ scene: Scene) {
        let declared = scene.desired.placements[index]
        placement = index
        placementName = declared.name
        pool = declared.pool
        isBaseline = declared.baseline
        location = selection.location
        subject = selection.subject
        let homes = scene.observed.homes
        var kinds: Set<Kind>?
        var named: [Bool]?
        var conditions: [Condition] = []
        for condition in selection.conditions {
            switch Address.folded(condition.key) {
            case "kind": kinds = Set(condition.anyOf.compactMap { Kind(name: Address.folded($0)) })
            case "pool":
                named = scene.poolCodes(named, where: { condition.anyOf.contains($0.name) })
            case "site":
                named = scene.poolCodes(named, where: { condition.anyOf.contains($0.site) })
            default:
                let column = homes.attribute(condition.key)
                conditions.append(
                    Condition(
                        name: condition.key, column: column,
                        allowed: Self.allowed(condition.anyOf, in: column)))
            }
        }
        self.kinds = kinds
        self.conditions = conditions
        namedPools = named
        targetCode = scene.code(ofPool: declared.pool) ?? 0
    }

    /// Values are compared without case and surrounding blanks.
    private static func allowed(_ texts: [String], in column: CodeColumn?) -> [Bool] {
        let wanted = Set(texts.map(comparable))
        return [false] + (column?.values.map { wanted.contains(comparable($0)) } ?? [])
    }

    private static func comparable(_ text: String) -> String {
        let trimmed = text.drop(while: \.isWhitespace)
        let end = trimmed.lastIndex { !$0.isWhitespace }
        return String(end.map { trimmed[...$0] } ?? "").lowercased()
    }

    func isAbout(_ kind: Kind) -> Bool {
        kind.isApp == (subject == .apps) && (kinds?.contains(kind) ?? true)
    }

    /// A condition that fails decides, even where another is unknown.
    /// `known` is the row of memory, or negative.
    func match(_ row: Int, _ homes: Homes, _ memory: SettledHomes?, _ known: Int) -> Match {
        var unread: Gap?
        for condition in conditions {
            guard let column = condition.column else {
                unread = Gap(fact: condition.name, reason: "\(condition.name) was not read")
                continue
            }
            let code = column.code(at: row)
            if code < 0 {
                if case .unknown(let gap) = column.fact(of: code) { unread = gap }
            } else if code == 0 || !condition.allowed[Int(code)] {
                return .no
            }
        }
        let pool = matchPool(row, homes, memory, known)
        if case .no = pool { return .no }
        if let unread { return .unknown(unread) }
        return pool
    }

    private func matchPool(
        _ row: Int, _ homes: Homes, _ memory: SettledHomes?, _ known: Int
    ) -> Match {
        guard let namedPools else { return .named }
        let code = homes.pools.code(at: row)
        if code > 0, namedPools[Int(code)] { return .named }
        if code > 0, code == targetCode { return .already }
        // Whoever was placed for this selection stays its member, wherever somebody else put him.
        if let memory, known >= 0, memory.bySelection(at: known),
            memory[known].placement == placementName
        {
            return .already
        }
        if code < 0, case .unknown(let gap) = homes.pools.fact(of: code) { return .unknown(gap) }
        return .no
    }
}
