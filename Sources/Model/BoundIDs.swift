/// Under which own id resources of one connection were seen first: columns, because on the first look
/// at an estate there are as many as it has people.

package struct BoundIDs: Sendable {
    package private(set) var table: ResourceTable
    private var ownIDs = ByteColumn()

    package init(comparedBy folding: Folding) { table = ResourceTable(comparedBy: folding) }

    package var count: Int { table.count }

    /// Binds a resource. One that is bound stays so: the first id counts.
    package mutating func append(_ bound: BoundResource) {
        guard table.row(of: bound.resource) == nil else { return }
        table.append(bound.resource)
        ownIDs.append(bound.ownID)
    }

    /// The same for a resource that has no row yet, without a `String`.
    package mutating func append(
        kind: Kind, name: UnsafeRawBufferPointer, ownID: UnsafeRawBufferPointer
    ) {
        table.append(kind: kind, name: name)
        ownIDs.append(ownID)
    }

    /// The same ids, with names compared in another way.
    package func compared(by folding: Folding) -> BoundIDs {
        if table.folding == folding { return self }
        var ids = self
        ids.table = table.compared(by: folding).table
        return ids
    }

    package subscript(row: Int) -> BoundResource {
        BoundResource(resource: table[row], ownID: ownIDs[row])
    }

    package func withOwnID<Result>(
        at row: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try ownIDs.withBytes(at: row, body)
    }
}
