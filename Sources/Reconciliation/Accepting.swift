/// Accepting drift: the manifests are changed to say what the world says, and nothing else is touched.

import Manifests
package import Model

extension Reconciler {
    /// Writes drift of a part back into the manifests, as edits that nobody has made yet.
    ///
    /// What is accepted was tried: the edited manifests are valid, and asked by them the same
    /// observation shows no drift for it. Reaches deployments and the ledger only for looking.
    package func accept(_ desired: DesiredState, _ part: Narrowing) async throws -> Acceptance {
        let survey = try await look(desired, part)
        var acceptance = Acceptance()
        var wishes: [Drift] = []
        for drift in survey.drift(from: desired, part) {
            switch unacceptable(drift, desired) {
            case nil: wishes.append(drift)
            case "": continue
            case let why?: acceptance.refuse(drift, why)
            }
        }
        // An edit that does not lead where it should takes its resource out, and the rest is tried again.
        while !wishes.isEmpty {
            let (edits, failed) = try attempt(wishes, desired, survey)
            guard !failed.isEmpty else {
                acceptance.edits = edits
                acceptance.accepted = wishes.map {
                    Acceptance.Accepted(
                        resource: $0.resource, connection: $0.connection, from: $0.desired,
                        to: $0.class == .missing ? nil : $0.observed)
                }
                return acceptance
            }
            for (drift, why) in failed { acceptance.refuse(drift, why) }
            wishes.removeAll { wish in failed.contains { $0.drift == wish } }
        }
        return acceptance
    }

    /// Why drift cannot become a wish; empty words for what is none of `accept`'s business.
    private func unacceptable(_ drift: Drift, _ desired: DesiredState) -> String? {
        switch drift.class {
        case .missing: return nil
        case .moved, .returned:
            guard let observed = drift.observed, let pool = desired.pool(named: observed) else {
                return "it lives on no single pool that is declared: declare that pool first"
            }
            guard pool.state != .retired else {
                return
                    "it lives on \(pool.name), which is retired: move it off, or take the retirement back"
            }
            guard BaselineExport.canName(drift.resource) else {
                return "no manifest can hold its name: rename it in the deployment, or move it back"
            }
            return nil
        case .unknown, .contested: return "where it is cannot be told: \(drift.detail ?? "unread")"
        case .pending, .unmanaged, .unselected, .arrived, .inFlight, .held: return ""
        }
    }

    /// Edits for all wishes, and those that they do not fulfil.
    private func attempt(
        _ wishes: [Drift], _ desired: DesiredState, _ survey: Survey
    ) throws -> (edits: [FileEdit], failed: [(drift: Drift, why: String)]) {
        var removal = HomeEdits(desired, source)
        let named = Dictionary(grouping: wishes, by: \.connection)
            .mapValues { Set($0.map { $0.resource.folded(by: desired.folding) }) }
        let kept = removal.removeEntries(of: named)
        guard kept.isEmpty else {
            return ([], failures(wishes, kept, desired))
        }
        let shorter = try reload(EditedSource(source, edits: removal.edits))
        var addition = HomeEdits(shorter, EditedSource(source, edits: removal.edits))
        let open = stillOpen(
            wishes, survey.drift(from: shorter, .wholeEstate), desired.folding)
        for (pool, wishes) in Dictionary(grouping: open, by: \.observed) {
            if let pool { addition.add(wishes.map(\.resource), to: pool) }
        }
        let edits = Self.merged(removal.edits, addition.edits)
        let after = try reload(EditedSource(source, edits: edits))
        let failed = stillOpen(
            wishes, survey.drift(from: after, .wholeEstate), desired.folding)
        return (edits, failed.map { ($0, Self.byHand($0)) })
    }

    private static func byHand(_ drift: Drift) -> String {
        drift.class == .missing
            ? "a list file names it: take the line out by hand"
            : "the manifests go on asking for \(drift.desired ?? "another pool"): edit them by hand"
    }

    private func failures(
        _ wishes: [Drift], _ kept: [(resource: ResourceID, place: SourceLocation)],
        _ desired: DesiredState
    ) -> [(drift: Drift, why: String)] {
        wishes.compactMap { wish in
            kept.first { desired.isSame($0.resource, wish.resource) }.map {
                (wish, "its entry at \($0.place) is written in a way that only a person can edit")
            }
        }
    }

    private func stillOpen(
        _ wishes: [Drift], _ drift: [Drift], _ folding: Folding
    ) -> [Drift] {
        struct Key: Hashable {
            var connection: String
            var resource: ResourceID
        }
        func key(_ drift: Drift) -> Key {
            Key(connection: drift.connection, resource: drift.resource.folded(by: folding))
        }
        let open = Set(drift.map(key))
        return wishes.filter { open.contains(key($0)) }
    }

    private func reload(_ edited: EditedSource) throws -> DesiredState {
        switch ManifestLoader.load(from: edited, adapters: edges.catalog) {
        case .valid(let desired): return desired
        case .invalid(let diagnostics): throw InvalidEdit(diagnostics: diagnostics)
        }
    }

    /// The first pass tells how a file was, the second how it is to be.
    private static func merged(_ first: [FileEdit], _ second: [FileEdit]) -> [FileEdit] {
        var merged = Dictionary(
            first.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        for edit in second {
            merged[edit.path] = FileEdit(
                path: edit.path, before: merged[edit.path]?.before ?? edit.before,
                after: edit.after)
        }
        return merged.values.sorted { $0.path < $1.path }
    }
}

/// The manifests as accepting would leave them are not valid: a person must edit them.
package struct InvalidEdit: Error {
    package var diagnostics: [Diagnostic]
}

extension Acceptance {
    fileprivate mutating func refuse(_ drift: Drift, _ why: String) {
        refused.append(
            Refused(resource: drift.resource, connection: drift.connection, why: why))
    }
}
