/// What a case drives a deployment with: whole observations, moves computed from them, batches.

import Adapters
import Model

/// One deployment, and the little that a case needs between it and the port.
struct AdapterStage: Sendable {
    let deployment: AdapterDeployment
    let fixture: AdapterFixture
    /// How the deployment compares names.
    let folding: Folding
    let adapter: any Adapter

    static let pageSize = 1000

    init(_ deployment: AdapterDeployment, _ fixture: AdapterFixture, _ folding: Folding) {
        self.deployment = deployment
        self.fixture = fixture
        self.folding = folding
        adapter = deployment.adapter
    }

    /// A whole observation.
    func observe(
        _ scope: Scope = .everything(attributes: []), limit: Int = AdapterStage.pageSize
    ) async throws -> Seen {
        var seen = Seen(folding: folding)
        var cursor: Cursor?
        repeat {
            let page = try await adapter.observe(scope, after: cursor, limit: limit)
            if cursor == nil {
                seen.pools = page.pools
            } else {
                try demand(page.pools.isEmpty, "pools on a page that is not the first")
            }
            for row in 0..<page.homes.count {
                seen.resources.append(Self.resource(page.homes, row))
            }
            seen.gaps += page.gaps
            cursor = page.next
            seen.pages += 1
            try demand(seen.pages < 10_000, "an observation that does not end: 10,000 pages")
        } while cursor != nil
        return seen
    }

    private static func resource(_ homes: Homes, _ row: Int) -> ObservedResource {
        var attributes: [String: Fact<String>] = [:]
        for name in homes.attributeNames { attributes[name] = homes.attribute(name)?[row] }
        return ObservedResource(
            id: homes.table[row], ownID: homes.ownID(at: row), home: homes.home(at: row),
            attributes: attributes)
    }

    /// The moves that take resources from where they were seen to where they are wanted; one that is
    /// there already needs none.
    func moves(_ seen: Seen, _ wanted: [ResourceID: String]) throws -> [Move] {
        var moves: [Move] = []
        for (id, to) in wanted.sorted(by: { $0.key.description < $1.key.description }) {
            let resource = try seen.one(id)
            guard case .present(.pool(let from)) = resource.home else {
                throw BrokenPromise("\(id) at \(resource.home), where one pool was expected")
            }
            if Address.folded(from) != Address.folded(to) {
                moves.append(move(resource, from: from, to: to))
            }
        }
        return moves
    }

    func move(_ resource: ObservedResource, from: String, to: String) -> Move {
        var ownID: String?
        if case .present(let id) = resource.ownID { ownID = id }
        let step = resource.id.name.withUTF8Bytes { name in
            StepID(
                action: .move, connection: "suite", subject: name, kind: resource.id.kind,
                from: from, to: to, comparedBy: folding)
        }
        return Move(step: step, resource: resource.id, ownID: ownID, from: from, to: to)
    }

    func perform(_ moves: [Move], batch number: Int = 1) async throws -> [StepOutcome] {
        let batch = Batch(run: RunID("20260101-000000-0001"), number: number, moves: moves)
        let outcomes = try await adapter.perform(
            batch, deadline: deployment.now() + .seconds(3600))
        try demand(
            outcomes.count == moves.count, "\(outcomes.count) outcomes for \(moves.count) moves")
        return outcomes
    }

    /// Performs one move of a resource of the fixture and demands an outcome.
    func expect(
        _ move: Move, _ what: String, _ isExpected: (StepOutcome) -> Bool
    ) async throws {
        let outcome = try await perform([move])[0]
        try demand(
            isExpected(outcome),
            "the move of \(move.resource) to \(move.to) came back as \(outcome), not as \(what)")
    }
}

/// What an observation showed, in the order in which it was shown.
struct Seen {
    var folding = Folding.whole
    var pools: [ObservedPool] = []
    var resources: [ObservedResource] = []
    var gaps: [Gap] = []
    var pages = 0

    func all(_ id: ResourceID) -> [ObservedResource] {
        resources.filter { $0.id.folded(by: folding) == id.folded(by: folding) }
    }

    func one(_ id: ResourceID) throws -> ObservedResource {
        let found = all(id)
        try demand(found.count == 1, "\(id) \(found.count) times, where once was expected")
        return found[0]
    }

    func expect(_ id: ResourceID, on pool: String) throws {
        let home = try one(id).home
        try demand(home == .present(.pool(pool)), "\(id) at \(home), not on \(pool)")
    }

    /// In an order that does not depend on the pages.
    var sorted: [String] { resources.map { "\($0.id) \($0.ownID) \($0.home)" }.sorted() }
}

extension String {
    fileprivate func withUTF8Bytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = self
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
