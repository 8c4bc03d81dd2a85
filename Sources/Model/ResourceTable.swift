/// The names of many resources, and the row of each, found by its name as a folding compares it.
///
/// Observed homes, declared entries and recorded homes are all columns beside such a table, so that
/// joining them is a look-up of bytes and never makes a `String`.
package struct ResourceTable: Sendable {
    @usableFromInline var kinds: [Kind] = []
    @usableFromInline var names = ByteColumn()
    /// Of each row, so that a join or a merge does not hash again.
    private var hashes: [UInt32] = []
    /// Open addressing; a slot is the upper half of a hash beside row + 1, or 0 where it is free.
    private var slots: [UInt64] = []
    private var distinct = 0

    package let folding: Folding

    package init(comparedBy folding: Folding) { self.folding = folding }

    @inlinable package var count: Int { kinds.count }

    package mutating func reserveCapacity(_ rows: Int, bytesEach: Int = 40) {
        kinds.reserveCapacity(rows)
        names.reserveCapacity(rows: rows, bytes: rows * bytesEach)
        hashes.reserveCapacity(rows)
        while rows * 4 > slots.count * 3 { grow() }
    }

    /// What an append found.
    package enum Appended: Equatable, Sendable {
        case new(row: Int)
        /// The row was added, but an earlier one folds to the same name and is what `row(of:)` finds.
        case duplicate(row: Int, of: Int)
    }

    /// Adds a row; a leading `sip:` is dropped, everything else is kept as written.
    @discardableResult
    package mutating func append(kind: Kind, name: UnsafeRawBufferPointer) -> Appended {
        let name = Address.withoutScheme(name)
        let hash = Self.hash(folding, kind: kind, name: name)
        return append(kind: kind, name: name, hash: hash)
    }

    /// Adds a row of another table.
    @discardableResult
    package mutating func append(from other: ResourceTable, at row: Int) -> Appended {
        other.withName(at: row) { name in
            guard other.folding == folding else {
                return append(kind: other.kinds[row], name: name)
            }
            return append(kind: other.kinds[row], name: name, hash: other.hashes[row])
        }
    }

    /// Makes room for the rows of a page. All their slots are looked at in one go: one after the other,
    /// between other work, each would wait for memory.
    package mutating func expect(_ page: ResourceTable) {
        guard !slots.isEmpty, page.folding == folding else { return }
        let mask = slots.count - 1
        var free = 0
        for hash in page.hashes { free += slots[Int(hash) & mask] == 0 ? 1 : 0 }
        while (distinct + free) * 4 > slots.count * 3 { grow() }
    }

    private mutating func append(
        kind: Kind, name: UnsafeRawBufferPointer, hash: UInt32
    ) -> Appended {
        let row = kinds.count
        if (distinct + 1) * 4 > slots.count * 3 { grow() }
        let (slot, found) = probe(hash: hash, kind: kind, name: name)
        kinds.append(kind)
        names.append(name)
        hashes.append(hash)
        if let found { return .duplicate(row: row, of: found) }
        slots[slot] = UInt64(hash) << 32 | UInt64(row + 1)
        distinct += 1
        return .new(row: row)
    }

    @discardableResult
    package mutating func append(_ id: ResourceID) -> Appended {
        var name = id.name
        return name.withUTF8 { append(kind: id.kind, name: UnsafeRawBufferPointer($0)) }
    }

    /// The first row of that name.
    package func row(of kind: Kind, name: UnsafeRawBufferPointer) -> Int? {
        guard !slots.isEmpty else { return nil }
        let name = Address.withoutScheme(name)
        return probe(hash: Self.hash(folding, kind: kind, name: name), kind: kind, name: name).found
    }

    package func row(of id: ResourceID) -> Int? {
        var name = id.name
        return name.withUTF8 { row(of: id.kind, name: UnsafeRawBufferPointer($0)) }
    }

    /// Where another table's row stands in this one.
    package func row(matching other: ResourceTable, at row: Int) -> Int? {
        guard !slots.isEmpty else { return nil }
        return other.withName(at: row) { name in
            guard other.folding == folding else {
                return self.row(of: other.kinds[row], name: name)
            }
            return probe(hash: other.hashes[row], kind: other.kinds[row], name: name).found
        }
    }

    @inlinable package func kind(at row: Int) -> Kind { kinds[row] }

    @inlinable package func withName<Result>(
        at row: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try names.withBytes(at: row, body)
    }

    /// The id as written, for printing and for acting.
    package subscript(row: Int) -> ResourceID {
        ResourceID(kind: kinds[row], name: names[row])
    }

    /// The same rows in the same order, found by another folding; with those that are then one name with
    /// an earlier row, and that row.
    func compared(by folding: Folding) -> (table: ResourceTable, duplicates: [Int: Int]) {
        var table = ResourceTable(comparedBy: folding)
        var duplicates: [Int: Int] = [:]
        table.reserveCapacity(count)
        for row in 0..<count {
            let appended = withName(at: row) { table.append(kind: kinds[row], name: $0) }
            if case .duplicate(_, let first) = appended { duplicates[row] = first }
        }
        return (table, duplicates)
    }

    /// Whether one row comes before another by kind and name without case: the order of every output.
    package func precedes(_ one: Int, _ other: Int) -> Bool {
        if kinds[one] != kinds[other] { return kinds[one] < kinds[other] }
        return names.withBytes(at: one) { left in
            names.withBytes(at: other) { right in
                let order = Self.compareFolded(left, right)
                if order != 0 { return order < 0 }
                // Names that differ by case: by their bytes, so that the order of reading does not
                // show.
                return left.lexicographicallyPrecedes(right)
            }
        }
    }
}

extension ResourceTable {
    /// Inlined, or every append would hand over a copy of all columns.
    @inline(__always)
    private func probe(hash: UInt32, kind: Kind, name: UnsafeRawBufferPointer) -> (
        slot: Int, found: Int?
    ) {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 { return (slot, nil) }
            if UInt32(truncatingIfNeeded: entry >> 32) == hash {
                let row = Int(entry & 0xFFFF_FFFF) - 1
                if isNamed(row, kind, name) { return (slot, row) }
            }
            slot = (slot + 1) & mask
        }
    }

    /// Apart from the loop, which mostly ends without it.
    @inline(never)
    private func isNamed(_ row: Int, _ kind: Kind, _ name: UnsafeRawBufferPointer) -> Bool {
        let folding = folding
        return kinds[row] == kind && names.withBytes(at: row) { folding.isSame($0, name) }
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: max(16, old.count * 2))
        let mask = slots.count - 1
        for entry in old where entry != 0 {
            var slot = Int(entry >> 32) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = entry
        }
    }

    /// Keyed per process by the standard hasher, because names come from strangers.
    private static func hash(
        _ folding: Folding, kind: Kind, name: UnsafeRawBufferPointer
    ) -> UInt32 {
        withUnsafeTemporaryAllocation(byteCount: name.count + 1, alignment: 1) { folded in
            folding.fold(name, into: folded)
            folded[name.count] = kind.rawValue
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(folded))
            return UInt32(truncatingIfNeeded: UInt64(bitPattern: Int64(hasher.finalize())) >> 32)
        }
    }

    /// Less than, equal to or more than 0, as the bytes compare without case.
    package static func compareFolded(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
    ) -> Int {
        for index in 0..<min(left.count, right.count) {
            let one = Address.folded(byte: left[index])
            let other = Address.folded(byte: right[index])
            if one != other { return Int(one) - Int(other) }
        }
        return left.count - right.count
    }
}
