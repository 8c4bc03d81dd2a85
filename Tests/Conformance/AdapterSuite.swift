/// The contract of `Adapter`, as cases that talk the author of a new one through.
///
/// To judge an adapter: describe it as an `AdapterSubject`, and run every case on it from one
/// parameterized test (`Tests/AdaptersTests` does). A case makes a deployment of its own, drives it
/// through the port only (observe, perform, observe again), and stops at the first thing that is not as
/// promised, saying what was expected, what was seen, and why it matters. Do them in their order: what
/// comes later leans on what comes before.

package import Adapters
package import Model
package import Testing

/// How a suite gets a deployment to judge.
package struct AdapterSubject: Sendable, CustomTestStringConvertible {
    package var name: String
    /// What deployments of this adapter cannot be made to show; cases that need it are left out.
    package var cannotShow: Set<AdapterSuite.Feature>
    /// How its deployments compare names, as its entry in the catalog says.
    package var folding: Folding
    /// Makes a fresh deployment that holds the fixture, runs the body on it, and takes it away.
    package var with:
        @Sendable (AdapterFixture, (AdapterDeployment) async throws -> Void) async throws -> Void

    package init(
        _ name: String, cannotShow: Set<AdapterSuite.Feature> = [], folding: Folding = .whole,
        with:
            @escaping @Sendable (
                AdapterFixture, (AdapterDeployment) async throws -> Void
            ) async throws -> Void
    ) {
        self.name = name
        self.cannotShow = cannotShow
        self.folding = folding
        self.with = with
    }

    package var testDescription: String { name }
}

/// A deployment under judgement.
package struct AdapterDeployment: Sendable {
    package var adapter: any Adapter
    /// Lets the deployment's clock go on.
    package var letPass: @Sendable (Duration) async throws -> Void
    /// What the caller's clock says.
    package var now: @Sendable () -> Instant

    package init(
        adapter: any Adapter, letPass: @escaping @Sendable (Duration) async throws -> Void,
        now: @escaping @Sendable () -> Instant
    ) {
        self.adapter = adapter
        self.letPass = letPass
        self.now = now
    }
}

/// What a deployment is to hold when a case begins.
package struct AdapterFixture: Sendable {
    package var pools: [EquippedPool]
    package var resources: [ObservedResource]
    /// Who is bound to whom.
    package var relations: [Relation] = []
    /// How long moves are on their way.
    package var moveTakes = Duration.zero
    /// Parts that are out of the adapter's sight.
    package var hidden: [Gap] = []

    package struct EquippedPool: Hashable, Sendable {
        package var fqdn: String
        package var product: Product
        /// How many users it takes; nil is no limit.
        package var capacity: Int?

        package init(fqdn: String, product: Product, capacity: Int? = nil) {
            self.fqdn = fqdn
            self.product = product
            self.capacity = capacity
        }
    }

    package init(pools: [EquippedPool], resources: [ObservedResource]) {
        self.pools = pools
        self.resources = resources
    }
}

extension AdapterFixture {
    /// What is left of it for a deployment that cannot show everything.
    func without(_ features: Set<AdapterSuite.Feature>) -> AdapterFixture {
        var fixture = self
        if features.contains(.apps) { fixture.resources.removeAll { $0.id.kind.isApp } }
        if features.contains(.homeless) { fixture.resources.removeAll { $0.home == .absent } }
        if features.contains(.ownIDs) {
            for index in fixture.resources.indices { fixture.resources[index].ownID = .absent }
        }
        return fixture
    }
}

/// All cases, in the order in which an author meets them.
package enum AdapterSuite {
    /// What not every deployment can be made to show.
    package enum Feature: String, Sendable {
        case inFlight
        case gaps
        case capacity
        case duplicates
        /// Which product a pool runs.
        case products
        /// Moves: an adapter that only reads has none.
        case moves
        /// Anything but users.
        case apps
        /// Ids that outlive addresses.
        case ownIDs
        /// People without a pool.
        case homeless
        /// Attributes of people, as directories have them.
        case attributes
        /// Pools that are taken out: where all cases share servers, nothing brings one back.
        case removal
    }

    package struct Case: Sendable, CustomTestStringConvertible {
        /// The promise, as a sentence.
        package var title: String
        /// Why it matters, and what an author usually does about it.
        package var lesson: String
        package var needs: Set<Feature> = []
        package var fixture = AdapterFixture.twoPools
        let body: @Sendable (AdapterStage) async throws -> Void

        package var testDescription: String { title }
    }

    package static let cases: [Case] =
        capabilityCases + observingCases + probingCases
        + (performingCases + refusingCases + timeCases + changeCases + closingCases).map { test in
            var test = test
            test.needs.insert(.moves)
            return test
        }

    /// Runs one case on one subject. A broken promise becomes one issue that tells the whole story.
    package static func run(
        _ test: Case, on subject: AdapterSubject,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        if let story = try await judge(test, on: subject) {
            Issue.record(Comment(rawValue: story), sourceLocation: sourceLocation)
        }
    }

    /// The story of a promise that is broken; nil when it is kept, or cannot be shown.
    package static func judge(
        _ test: Case, on subject: AdapterSubject
    ) async throws -> String? {
        guard test.needs.isDisjoint(with: subject.cannotShow) else { return nil }
        let seen: String
        do {
            let fixture = test.fixture.without(subject.cannotShow)
            try await subject.with(fixture) { deployment in
                try await test.body(AdapterStage(deployment, fixture, subject.folding))
            }
            return nil
        } catch let broken as BrokenPromise {
            seen = broken.seen
        } catch let error as AdapterError {
            seen = "no answer, but the error \(error)"
        }
        return """
            the adapter '\(subject.name)' breaks a promise:
              \(test.title)
            seen:  \(seen)
            why:   \(test.lesson)
            again: swift test --filter AdaptersTests
            """
    }
}

/// Something was not as the contract says.
struct BrokenPromise: Error {
    var seen: String

    init(_ seen: String) { self.seen = seen }
}

/// Ends a case unless the condition holds.
func demand(_ condition: Bool, _ seen: @autoclosure () -> String) throws {
    if !condition { throw BrokenPromise(seen()) }
}
