/// Who is who: what was settled, joined to what was seen, by address and by the deployment's own id.

package import Model

/// Rows of memory and rows of one observation that are the same resource.
///
/// An address is bound to the id (`objectGUID`) under which it was settled, or seen first. Somebody who has another
/// address now is still the same; somebody else under a known address is not. Only ids that both sides
/// know can tell people apart.
struct Identities {
    /// The row of memory for each observed row, or -1.
    private(set) var remembered: [Int32]
    /// Observed rows whose address was settled for another id, or first seen with another one.
    private(set) var reused: Set<Int> = []
    /// Rows of memory that are seen under no name at all.
    private(set) var gone: [Int] = []
    /// Where those are seen whose address has changed, by row of memory.
    private var renamed: [Int: Int] = [:]
    /// The same for those who were seen and never settled, by row of `bound`.
    private var renamedUnsettled: [Int: Int] = [:]
    /// The same two the other way round: rows that were known, by observed row.
    private var formers: [Int: [Int]] = [:]
    private var formersUnsettled: [Int: [Int]] = [:]
    private let memory: SettledHomes?
    private let bound: BoundIDs?

    init(_ homes: Homes, _ memory: SettledHomes?, _ bound: BoundIDs?) {
        remembered = [Int32](repeating: -1, count: homes.count)
        self.memory = memory
        self.bound = bound
        if let memory { join(homes, memory) }
        if let bound { join(homes, bound) }
    }

    private mutating func join(_ homes: Homes, _ memory: SettledHomes) {
        let lost = joinByAddress(homes, memory)
        joinByID(lost, homes, memory)
        gone = lost.filter {
            renamed[$0] == nil && homes.table.row(matching: memory.table, at: $0) == nil
        }
    }

    /// The observed row of a resource that was settled, or seen first, under this name and has another
    /// one now.
    func row(formerly kind: Kind, name: UnsafeRawBufferPointer) -> Int? {
        if !renamed.isEmpty, let known = memory?.table.row(of: kind, name: name) {
            return renamed[known]
        }
        guard !renamedUnsettled.isEmpty else { return nil }
        return bound?.table.row(of: kind, name: name).flatMap { renamedUnsettled[$0] }
    }

    /// All other names under which an observed row was settled, or seen first.
    func formerNames(of seen: Int) -> [ResourceID] {
        let settled = formers[seen] ?? []
        let unsettled = formersUnsettled[seen] ?? []
        return settled.sorted().compactMap { memory?[$0].resource }
            + unsettled.sorted().compactMap { bound?[$0].resource }
    }

    /// The other name under which an observed row was settled, or seen first; nil where it has it still.
    func formerName(of seen: Int, _ homes: Homes) -> ResourceID? {
        let known = Int(remembered[seen])
        let name =
            known >= 0
            ? memory?[known].resource
            : formersUnsettled[seen]?.min().flatMap { bound?[$0].resource }
        guard let name else { return nil }
        let folding = homes.table.folding
        return name.folded(by: folding) == homes.table[seen].folded(by: folding) ? nil : name
    }
}

extension Identities {
    /// Rows of memory whose address nobody has, or somebody else.
    private mutating func joinByAddress(_ homes: Homes, _ memory: SettledHomes) -> [Int] {
        var lost: [Int] = []
        for row in 0..<memory.count {
            guard let seen = homes.table.row(matching: memory.table, at: row) else {
                lost.append(row)
                continue
            }
            remembered[seen] = Int32(row)
            if Self.differs(memory, row, homes, seen) {
                reused.insert(seen)
                lost.append(row)
            }
        }
        return lost
    }

    /// Looks for lost ids among all that were seen; costs nothing where nobody is lost. Of two rows of
    /// memory with one id the later counts: it is the later name.
    private mutating func joinByID(_ lost: [Int], _ homes: Homes, _ memory: SettledHomes) {
        Self.search(homes, for: lost, of: memory) { row, seen in
            renamed[row] = seen
            formers[seen, default: []].append(row)
            let known = Int(remembered[seen])
            let isByAddress = known >= 0 && renamed[known] != seen && !reused.contains(seen)
            if !isByAddress { remembered[seen] = Int32(row) }
        }
    }

    /// Who was seen first under an id and never settled; what was settled since counts more.
    private mutating func join(_ homes: Homes, _ bound: BoundIDs) {
        var lost: [Int] = []
        for row in 0..<bound.count where memory?.table.row(matching: bound.table, at: row) == nil {
            guard let seen = homes.table.row(matching: bound.table, at: row) else {
                lost.append(row)
                continue
            }
            guard Self.differs(bound, row, homes, seen) else { continue }
            reused.insert(seen)
            lost.append(row)
        }
        Self.search(homes, for: lost, of: bound) { row, seen in
            renamedUnsettled[row] = seen
            formersUnsettled[seen, default: []].append(row)
        }
    }

    private static func search(
        _ homes: Homes, for lost: [Int], of known: some KnownIDs, _ found: (Int, Int) -> Void
    ) {
        var rows: [Int: [Int]] = [:]
        for row in lost {
            known.withOwnID(at: row) { id in
                if !id.isEmpty { rows[hash(id), default: []].append(row) }
            }
        }
        guard !rows.isEmpty else { return }
        for seen in 0..<homes.count {
            let candidates = homes.withOwnID(at: seen) { id in
                id.isEmpty || id[0] == 0 ? nil : rows[hash(id)]
            }
            for row in candidates ?? [] where isSame(known, row, homes, seen) { found(row, seen) }
        }
    }

    private static func isSame(
        _ memory: some KnownIDs, _ row: Int, _ homes: Homes, _ seen: Int
    ) -> Bool {
        memory.table.kind(at: row) == homes.table.kind(at: seen)
            && memory.withOwnID(at: row) { known in
                homes.withOwnID(at: seen) { ResourceTable.compareFolded(known, $0) == 0 }
            }
    }

    /// Both ids are known, and they are not the same.
    private static func differs(
        _ memory: some KnownIDs, _ row: Int, _ homes: Homes, _ seen: Int
    ) -> Bool {
        memory.withOwnID(at: row) { known in
            guard !known.isEmpty else { return false }
            return homes.withOwnID(at: seen) { id in
                !id.isEmpty && id[0] != 0 && ResourceTable.compareFolded(known, id) != 0
            }
        }
    }

    private static func hash(_ id: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        for byte in id { hasher.combine(Address.folded(byte: byte)) }
        return hasher.finalize()
    }
}

/// Resources with the ids under which they are known, a row for each.
private protocol KnownIDs {
    /// By folded name.
    var table: ResourceTable { get }

    /// Reads the own id of a row in place; it is empty where none is known.
    func withOwnID<Result>(
        at row: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result
}

extension SettledHomes: KnownIDs {}
extension BoundIDs: KnownIDs {}

extension Planner {
    /// The rows of one resource among what is seen and among what was settled, under whatever name it
    /// is asked about: a present address or a former one; and the former one where it has another now.
    package static func rows(
        of id: ResourceID, on connection: ObservedConnection, memory: Memory
    ) -> (seen: Int?, settled: Int?, formerly: ResourceID?) {
        let settled = memory.homes[connection.name]
        let identities = Identities(
            connection.homes, settled, memory.bound[connection.name])
        var name = id.name
        let seen = name.withUTF8 { bytes in
            connection.homes.table.row(of: id)
                ?? identities.row(formerly: id.kind, name: UnsafeRawBufferPointer(bytes))
        }
        guard let seen else { return (nil, settled?.row(of: id), nil) }
        let known = identities.remembered[seen]
        return (
            seen, known >= 0 ? Int(known) : nil,
            identities.formerName(of: seen, connection.homes)
        )
    }
}
