/// Everything that one load has read so far.

import Model

/// A document that was read, by its name and the place of that name.
struct Document<Spec> {
    var name: String
    var location: SourceLocation
    var spec: Spec
}

/// The state of a load. Entries of all documents are rows of four lists from the start; their owners are
/// numbers in the order of reading until `Assembly` knows the order of names.
final class Reading {
    let source: any FileSource
    let adapters: AdapterCatalog
    let limits: Limits
    let diagnostics: DiagnosticCollector
    /// What may stand in the files that are read.
    let kinds: [ManifestKind]

    /// Some file was not read to its end, so that a name not found may yet be declared.
    var isPartial = false
    private(set) var digests: [String: [UInt8]] = [:]
    private(set) var names: [ManifestKind: [String: SourceLocation]] = [:]
    private(set) var documentCount = 0
    private var readings = 0
    private var bytesRead = 0

    var estates: [Document<EstateSpec>] = []
    var connections: [Document<ConnectionSpec>] = []
    var pools: [Document<PoolSpec>] = []
    var placements: [Document<PlacementSpec>] = []
    var rollouts: [Document<RolloutSpec>] = []
    var policies: [Document<PolicySpec>] = []
    var holds: [Document<HoldSpec>] = []
    var callouts: [Document<CalloutSpec>] = []

    var entries = EntryList()
    var except = EntryList()
    var held = EntryList()
    var drawn = EntryList()
    /// Those that files of rollouts add to what deployments tell.
    var relations: [Relation] = []
    /// How many placements, rollouts and holds began, right or wrong: the next one's number.
    var placementCount = 0
    var rolloutCount = 0
    var holdCount = 0

    init(
        source: any FileSource, adapters: AdapterCatalog, limits: Limits,
        kinds: [ManifestKind] = ManifestKind.allCases.filter { $0 != .callout }
    ) {
        self.kinds = kinds
        self.source = source
        self.adapters = adapters
        self.limits = limits
        diagnostics = DiagnosticCollector(limitPerRule: limits.diagnosticsPerRule)
    }

    /// Reads a file, which from then on counts in the digest of what was read.
    func read(_ path: String, limit: Int) throws(FileSourceError) -> [UInt8] {
        readings += 1
        guard readings <= limits.readings else { throw .beyondTotal }
        let bytes = try source.read(path, limit: limit)
        bytesRead += bytes.count
        guard bytesRead <= limits.totalBytes else { throw .beyondTotal }
        if digests[path] == nil {
            var digest = Digest()
            digest.add(bytes)
            digests[path] = digest.bytes()
        }
        return bytes
    }

    /// Counts a document, right or wrong.
    func countDocument() -> Int {
        documentCount += 1
        return documentCount
    }

    /// Remembers a name; false when a document of that kind has it already.
    func declare(_ kind: ManifestKind, _ name: Located<String>) -> Bool {
        if let first = names[kind]?[name.value] {
            diagnostics.report(
                .duplicateDocument, "a second \(kind.rawValue) named \(quoted(name.value))",
                at: name.location, hint: "the first one is at \(first)")
            return false
        }
        names[kind, default: [:]][name.value] = name.location
        return true
    }

    /// Rows of all four lists.
    var entryCount = 0
}
