/// The names of many resources, and the row of each, found by its folded name.
///
/// Observed homes, declared entries and recorded homes are all columns beside such a table, so that
/// joining them is a look-up of bytes and never makes a `String`.
package struct ResourceTable: Sendable {
    @usableFromInline var kinds: [Kind] = []
    @usableFromInline var names = ByteColumn()
    /// Open addressing; a slot is the upper half of a hash beside row + 1, or 0 where it is free.
    private var slots: [UInt64] = []
    private var distinct = 0

    package init() {}

    @inlinable package var count: Int { kinds.count }

    package mutating func reserveCapacity(_ rows: Int, bytesEach: Int = 40) {
        kinds.reserveCapacity(rows)
        names.reserveCapacity(rows: rows, bytes: rows * bytesEach)
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
        let row = kinds.count
        if (distinct + 1) * 4 > slots.count * 3 { grow() }
        let hash = Self.hash(kind: kind, name: name)
        let (slot, found) = probe(hash: hash, kind: kind, name: name)
        kinds.append(kind)
        names.append(name)
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

    /// The first row of that name, compared as the field does.
    package func row(of kind: Kind, name: UnsafeRawBufferPointer) -> Int? {
        guard !slots.isEmpty else { return nil }
        let name = Address.withoutScheme(name)
        return probe(hash: Self.hash(kind: kind, name: name), kind: kind, name: name).found
    }

    package func row(of id: ResourceID) -> Int? {
        var name = id.name
        return name.withUTF8 { row(of: id.kind, name: UnsafeRawBufferPointer($0)) }
    }

    /// Where another table's row stands in this one.
    package func row(matching other: ResourceTable, at row: Int) -> Int? {
        other.withName(at: row) { self.row(of: other.kinds[row], name: $0) }
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

    /// Whether one row comes before another by kind and folded name: the order of every output.
    package func precedes(_ one: Int, _ other: Int) -> Bool {
        if kinds[one] != kinds[other] { return kinds[one] < kinds[other] }
        return names.withBytes(at: one) { left in
            names.withBytes(at: other) { right in
                let order = Self.compareFolded(left, right)
                if order != 0 { return order < 0 }
                // Two spellings of one name: by their bytes, so that the order of reading
                // does not show.
                return left.lexicographicallyPrecedes(right)
            }
        }
    }
}

extension ResourceTable {
    private func probe(hash: UInt32, kind: Kind, name: UnsafeRawBufferPointer) -> (
        slot: Int, found: Int?
    ) {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            if UInt32(truncatingIfNeeded: slots[slot] >> 32) == hash {
                let row = Int(slots[slot] & 0xFFFF_FFFF) - 1
                if kinds[row] == kind,
                    names.withBytes(at: row, { Self.compareFolded($0, name) == 0 })
                {
                    return (slot, row)
                }
            }
            slot = (slot + 1) & mask
        }
        return (slot, nil)
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
    private static func hash(kind: Kind, name: UnsafeRawBufferPointer) -> UInt32 {
        withUnsafeTemporaryAllocation(byteCount: name.count + 1, alignment: 1) { folded in
            for index in 0..<name.count { folded[index] = Address.folded(byte: name[index]) }
            folded[name.count] = kind.rawValue
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(folded))
            return UInt32(truncatingIfNeeded: UInt64(bitPattern: Int64(hasher.finalize())) >> 32)
        }
    }

    /// Less than, equal to or more than 0, as the folded bytes compare.
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
