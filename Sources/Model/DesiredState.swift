/// What the manifests ask for: the value in which `Manifests` meets `Planning`.

/// Everything the manifests of one estate declare, valid in itself.
///
/// The documents are few and are plain values; the people and apps they name may be a million and are
/// rows of columns.
package struct DesiredState: Sendable {
    package var estate: Estate
    /// In the order of their names, like everything that is a list of documents here.
    package var connections: [Connection]
    /// How names of resources are compared, on all of them.
    package var folding: Folding
    package var pools: [Pool]
    package var placements: [Placement]
    package var rollouts: [Rollout]
    package var policy: Policy
    package var holds: [Hold]
    /// Members of placements, by entries and list files; the owner is an index into `placements`.
    package var entries: EntryList
    /// Exceptions of placements; the owner is an index into `placements`.
    package var except: EntryList
    /// What is held; the owner is an index into `holds`.
    package var held: EntryList
    /// Who is listed in waves; the owner is rollout index * 1000 + wave index.
    package var drawn: EntryList
    /// Who is bound to whom, beside what deployments tell: from the files of rollouts.
    package var relations: [Relation]
    /// Warnings and notes; a desired state is only made where there are no errors.
    package var diagnostics: [Diagnostic]
    /// SHA-256 of what was read, in hexadecimal.
    package var digest: String
    /// The commit, where the folder is a clean work tree; else nil.
    package var revision: String?

    package init(
        estate: Estate, connections: [Connection], folding: Folding = .whole, pools: [Pool],
        placements: [Placement],
        rollouts: [Rollout], policy: Policy, holds: [Hold], entries: EntryList, except: EntryList,
        held: EntryList, drawn: EntryList, relations: [Relation] = [], diagnostics: [Diagnostic],
        digest: String,
        revision: String?
    ) {
        self.estate = estate
        self.connections = connections
        self.folding = folding
        self.pools = pools
        self.placements = placements
        self.rollouts = rollouts
        self.policy = policy
        self.holds = holds
        self.entries = entries
        self.except = except
        self.held = held
        self.drawn = drawn
        self.relations = relations
        self.diagnostics = diagnostics
        self.digest = digest
        self.revision = revision
    }

    /// Whether two names are those of one resource.
    package func isSame(_ one: ResourceID, _ other: ResourceID) -> Bool {
        one.folded(by: folding) == other.folded(by: folding)
    }

    package func pool(named name: String) -> Pool? { pools.first { $0.name == name } }
}

/// Names of resources with the place where each was written: columns, in the order of reading.
///
/// Unlike `ResourceTable` it has no look-up, because one name may stand in it for several owners.
package struct EntryList: Sendable {
    /// How an entry came to stand here; an explicit one beats a file.
    package enum Origin: UInt8, Sendable {
        case explicit
        case file
    }

    package private(set) var files: [String] = []
    private var fileIndex: [String: UInt32] = [:]
    @usableFromInline var kinds: [Kind] = []
    @usableFromInline var names = ByteColumn()
    @usableFromInline var owners: [UInt32] = []
    private var origins: [Origin] = []
    private var places: [Place] = []

    private struct Place {
        var file: UInt32
        var line: UInt32
        var column: UInt32
    }

    package init() {}

    @inlinable package var count: Int { kinds.count }

    /// The handle of a file name, for `append`.
    package mutating func file(_ name: String) -> UInt32 {
        if let known = fileIndex[name] { return known }
        let index = UInt32(files.count)
        files.append(name)
        fileIndex[name] = index
        return index
    }

    package mutating func append(
        kind: Kind, name: UnsafeRawBufferPointer, owner: Int, origin: Origin, file: UInt32,
        line: Int,
        column: Int
    ) {
        kinds.append(kind)
        names.append(name)
        owners.append(UInt32(owner))
        origins.append(origin)
        places.append(
            Place(file: file, line: UInt32(clamping: line), column: UInt32(clamping: column)))
    }

    package mutating func append(
        _ id: ResourceID, owner: Int, origin: Origin = .explicit, at location: SourceLocation
    ) {
        var name = id.name
        let file = file(location.file)
        name.withUTF8 {
            append(
                kind: id.kind, name: UnsafeRawBufferPointer($0), owner: owner, origin: origin,
                file: file, line: location.line, column: location.column)
        }
    }

    /// Gives every entry a new owner, because the order of documents is known only when all are read.
    package mutating func reassignOwners(_ owner: (Int) -> Int) {
        for row in owners.indices { owners[row] = UInt32(owner(Int(owners[row]))) }
    }

    @inlinable package func kind(at row: Int) -> Kind { kinds[row] }
    @inlinable package func owner(at row: Int) -> Int { Int(owners[row]) }
    package func origin(at row: Int) -> Origin { origins[row] }

    @inlinable package func withName<Result>(
        at row: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try names.withBytes(at: row, body)
    }

    /// As written, for printing.
    package subscript(row: Int) -> ResourceID {
        ResourceID(kind: kinds[row], name: Address.withoutScheme(names[row]))
    }

    package func location(at row: Int) -> SourceLocation {
        let place = places[row]
        return SourceLocation(
            file: files[Int(place.file)], line: Int(place.line), column: Int(place.column))
    }

    /// Files are compared as text, so that the order does not hang on the order of reading.
    package func isBefore(_ one: Int, _ other: Int) -> Bool {
        location(at: one) < location(at: other)
    }
}
