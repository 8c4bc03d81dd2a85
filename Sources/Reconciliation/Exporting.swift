/// Exporting: what is there becomes the first commit, and nothing is asked to move by it.

import Manifests
package import Model

extension Reconciler {
    /// Baseline placements for all that lives on declared pools, as files that nobody has written yet.
    ///
    /// What was made was tried: with it the manifests are valid. `folder` is where the files go, relative to the folder of manifests.
    package func export(_ desired: DesiredState, into folder: String) async throws -> Export {
        let survey = try await look(desired, .wholeEstate)
        let export = Export(of: survey.observed, on: desired, into: folder)
        guard !export.edits.isEmpty else { return export }
        switch ManifestLoader.load(
            from: EditedSource(source, edits: export.edits), adapters: edges.catalog)
        {
        case .valid: return export
        case .invalid(let diagnostics): throw InvalidEdit(diagnostics: diagnostics)
        }
    }
}

extension Export {
    /// What was seen on the declared pools of an estate, as manifests below a folder.
    package init(
        of observed: ObservedState, on desired: DesiredState, into folder: String
    ) {
        self.init()
        var files = BaselineExport(folder: folder)
        for connection in observed.connections {
            gaps += connection.gaps
            let book = HomeBook(connection, desired, &self)
            for pool in desired.pools where pool.connection == connection.name {
                let (users, apps) = book.residents(of: pool)
                guard !users.isEmpty || !apps.isEmpty else { continue }
                files.add(pool, users: users, apps: apps)
            }
        }
        edits = files.edits
    }
}

/// Who lives where on one connection, by row, as far as a manifest can say it.
private struct HomeBook {
    private let homes: Homes
    private var rows: [String: [Int]] = [:]

    init(_ connection: ObservedConnection, _ desired: DesiredState, _ export: inout Export) {
        homes = connection.homes
        let pools = Dictionary(
            desired.pools.filter { $0.connection == connection.name }
                .map { (Address.folded($0.fqdn), $0) }, uniquingKeysWith: { first, _ in first })
        let poolOfCode = homes.pools.values.map { pools[Address.folded($0)] }
        let doubled = Set(homes.duplicates.values)
        let order = (0..<homes.count).sorted { homes.table.precedes($0, $1) }
        for row in order {
            let isDouble = homes.duplicates[row] != nil || doubled.contains(row)
            switch Self.home(row, homes, poolOfCode, isDouble) {
            case .success(let pool):
                rows[pool.name, default: []].append(row)
                export.counts[homes.table.kind(at: row), default: 0] += 1
            case .failure(let skip):
                export.skipped[skip.reason, default: Export.Skipped()].note(homes.table[row])
            }
        }
    }

    private struct Skip: Error {
        var reason: Export.Reason
    }

    private static func home(
        _ row: Int, _ homes: Homes, _ poolOfCode: [Pool?], _ isDouble: Bool
    ) -> Result<Pool, Skip> {
        func skip(_ reason: Export.Reason) -> Result<Pool, Skip> {
            .failure(Skip(reason: reason))
        }
        if isDouble { return skip(.ambiguous) }
        switch homes.home(at: row) {
        case .absent: return skip(.noPool)
        case .unknown: return skip(.unread)
        case .present(.inFlight): return skip(.onItsWay)
        case .present(.split): return skip(.split)
        case .present(.pool):
            let code = homes.pools.code(at: row)
            guard let pool = poolOfCode[Int(code) - 1] else { return skip(.foreignPool) }
            if pool.state == .retired { return skip(.retiredPool) }
            return BaselineExport.canName(homes.table[row]) ? .success(pool) : skip(.unnameable)
        }
    }

    func residents(of pool: Pool) -> (users: [String], apps: [ResourceID]) {
        var users: [String] = []
        var apps: [ResourceID] = []
        for row in rows[pool.name] ?? [] {
            let id = homes.table[row]
            if id.kind == .user { users.append(id.name) } else { apps.append(id) }
        }
        return (users, apps)
    }
}

extension Export.Skipped {
    fileprivate mutating func note(_ id: ResourceID) {
        count += 1
        if examples.count < 10 { examples.append(id.description) }
    }
}
