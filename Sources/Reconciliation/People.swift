/// Turning pseudonyms back, for those who may read the ledger.

import Ledgers
package import Model

extension Reconciler {
    /// Everybody whose pseudonym begins so (`u:` and some of its digits), among all who are declared,
    /// seen or remembered, by name; nobody where there is no ledger.
    package func people(
        behind pseudonym: String, _ desired: DesiredState
    ) async throws -> [ResourceID] {
        guard let ledger = try await ledger(of: desired) else { return [] }
        let pseudonyms = Pseudonyms(
            key: try await ledger.pseudonymKey(), comparedBy: desired.folding)
        let survey = try await look(desired, .wholeEstate)
        var found: Set<ResourceID> = []
        func consider(_ id: ResourceID) {
            guard id.kind == .user, pseudonyms.pseudonym(of: id.name).hasPrefix(pseudonym)
            else { return }
            found.insert(id.folded(by: desired.folding))
        }
        for index in 0..<desired.entries.count { consider(desired.entries[index]) }
        for connection in survey.observed.connections {
            for row in 0..<connection.homes.count { consider(connection.homes.table[row]) }
        }
        for homes in survey.memory.homes.values {
            for row in 0..<homes.count { consider(homes.table[row]) }
        }
        return found.sorted { $0.name < $1.name }
    }
}
