/// Who is who: what was settled, joined to what was seen, by address and by the deployment's own id.

package import Model

/// Rows of memory and rows of one observation that are the same resource.
///
/// An address is bound to the id (`objectGUID`) under which it was settled. Somebody who has another
/// address now is still the same; somebody else under a known address is not. Only ids that both sides
/// know can tell people apart.
struct Identities {
    /// The row of memory for each observed row, or -1.
    private(set) var remembered: [Int32]
    /// Observed rows whose address was settled for another id.
    private(set) var reused: Set<Int> = []
    /// Rows of memory that are seen under no name at all.
    private(set) var gone: [Int] = []
    /// Where those are seen whose address has changed, by row of memory.
    private var renamed: [Int: Int] = [:]
    private let memory: SettledHomes?

    init(_ homes: Homes, _ memory: SettledHomes?) {
        remembered = [Int32](repeating: -1, count: homes.count)
        self.memory = memory
        guard let memory else { return }
        let lost = joinByAddress(homes, memory)
        joinByID(lost, homes, memory)
        gone = lost.filter {
            renamed[$0] == nil && homes.table.row(matching: memory.table, at: $0) == nil
        }
    }

    /// The observed row of a resource that was settled under this name and has another one now.
    func row(formerly kind: Kind, name: UnsafeRawBufferPointer) -> Int? {
        guard !renamed.isEmpty, let memory else { return nil }
        return memory.table.row(of: kind, name: name).flatMap { renamed[$0] }
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
        var rows: [Int: [Int]] = [:]
        for row in lost {
            memory.withOwnID(at: row) { id in
                if !id.isEmpty { rows[Self.hash(id), default: []].append(row) }
            }
        }
        guard !rows.isEmpty else { return }
        for seen in 0..<homes.count {
            let candidates = homes.withOwnID(at: seen) { id in
                id.isEmpty || id[0] == 0 ? nil : rows[Self.hash(id)]
            }
            for row in candidates ?? [] where Self.isSame(memory, row, homes, seen) {
                renamed[row] = seen
                let known = Int(remembered[seen])
                let isByAddress = known >= 0 && renamed[known] != seen && !reused.contains(seen)
                if !isByAddress { remembered[seen] = Int32(row) }
            }
        }
    }

    private static func isSame(
        _ memory: SettledHomes, _ row: Int, _ homes: Homes, _ seen: Int
    ) -> Bool {
        memory.table.kind(at: row) == homes.table.kind(at: seen)
            && memory.withOwnID(at: row) { known in
                homes.withOwnID(at: seen) { ResourceTable.compareFolded(known, $0) == 0 }
            }
    }

    /// Both ids are known, and they are not the same.
    private static func differs(
        _ memory: SettledHomes, _ row: Int, _ homes: Homes, _ seen: Int
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

extension Planner {
    /// The rows of one resource among what is seen and among what was settled, under whatever name it
    /// is asked about: a present address or a former one.
    package static func rows(
        of id: ResourceID, on connection: ObservedConnection, memory: Memory
    ) -> (seen: Int?, settled: Int?) {
        let settled = memory.homes[connection.name]
        let identities = Identities(connection.homes, settled)
        var name = id.name
        let seen = name.withUTF8 { bytes in
            connection.homes.table.row(of: id)
                ?? identities.row(formerly: id.kind, name: UnsafeRawBufferPointer(bytes))
        }
        guard let seen else { return (nil, settled?.row(of: id)) }
        let known = identities.remembered[seen]
        return (seen, known >= 0 ? Int(known) : nil)
    }
}
