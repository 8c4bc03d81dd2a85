/// Embedded deployments for tests: a connection, its pools and its seeds from a few values.

import AdapterEmbedded
import Adapters
import Conformance
import Foundation
import Model
import Synchronization
import TestSupport

/// A clock that goes on when a test says so.
final class ManualClock: Sendable {
    private let time: Mutex<Instant>

    init(_ start: Instant = Instant(millisecondsSince1970: 1_790_000_000_000)) {
        time = Mutex(start)
    }

    var now: Instant { time.withLock { $0 } }

    func advance(_ span: Duration) { time.withLock { $0 = $0 + span } }
}

/// What a test says of a deployment in a file; everything else has a default.
struct Deployment {
    var folder: URL
    var clock = ManualClock()
    var pools = AdapterFixture.twoPools.pools
    /// Files by name, written into the folder and named as seeds, in this order.
    var seeds: [(name: String, text: String)] = []
    var faults: [String] = []
    var moveTakes: String?
    var replicationTakes: String?
    var died = Counter()

    var estate: URL { folder.appending(path: ".rehome/estate.db") }

    /// Counts calls from anywhere.
    final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    var connection: Connection {
        let place = SourceLocation(file: "estate.yaml", line: 3, column: 5)
        func text(_ text: String) -> Setting { Setting(.text(text), at: place) }
        var settings = ["estate": text(".rehome/estate.db")]
        settings["seed"] = Setting(.list(seeds.map { text($0.name) }), at: place)
        settings["faults"] = Setting(.list(faults.map(text)), at: place)
        settings["moveTakes"] = moveTakes.map(text)
        settings["replicationTakes"] = replicationTakes.map(text)
        return Connection(
            name: "north", adapter: "embedded", settings: settings,
            limits: Connection.Limits(concurrency: 1, batch: 50, rate: nil), location: place)
    }

    var documents: [Pool] {
        pools.enumerated().map { index, pool in
            Pool(
                name: "pool-\(index)", connection: "north", site: "north", product: pool.product,
                fqdn: pool.fqdn, state: .serving, capacity: pool.capacity,
                location: SourceLocation(file: "estate.yaml", line: 10 + index, column: 1))
        }
    }

    func with<Result>(_ body: (any Adapter) async throws -> Result) async throws -> Result {
        for seed in seeds {
            try Data(seed.text.utf8).write(
                to: folder.appending(path: seed.name), options: .atomic)
        }
        let surroundings = EmbeddedAdapter.Surroundings(
            clock: { [clock] in clock.now }, pause: { [clock] in clock.advance($0) },
            die: { [died] in died.add() })
        return try await EmbeddedAdapter.with(
            connection, root: folder, pools: documents, in: surroundings, body)
    }

    var log: [EstateMove] { get throws { try EmbeddedAdapter.log(estate: estate) } }
}

extension AdapterFixture {
    /// The fixture as the files that the field would export.
    var seeds: [(name: String, text: String)] {
        var users = "#TYPE Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser\r\n"
        users += "\"SipAddress\",\"RegistrarPool\",\"Guid\",\"Department\"\r\n"
        var apps = "Kind,Name,Pool,DisplayName,Address,From,To,Detail\n"
        for resource in resources {
            var pool = ""
            if case .present(.pool(let fqdn)) = resource.home { pool = fqdn }
            guard resource.id.kind == .user else {
                apps += "\(resource.id.kind.name),\"\(resource.id.name)\",\(pool),,,,,\n"
                continue
            }
            let department = Self.text(resource.attributes["Department"])
            let fields = ["sip:\(resource.id.name)", pool, Self.text(resource.ownID), department]
            let quoted = fields.map { "\"\($0.replacing("\"", with: "\"\""))\"" }
            users += quoted.joined(separator: ",") + "\r\n"
        }
        var ties = "Resource,Relation,Other\n"
        for relation in relations {
            ties += "\(relation.resource),\(relation.bond.rawValue),\(relation.other)\n"
        }
        return [("users.csv", users), ("apps.csv", apps), ("relations.csv", ties)]
    }

    private static func text(_ fact: Fact<String>?) -> String {
        if case .present(let text) = fact { text } else { "" }
    }

    /// The same in memory.
    func memoryEstate() throws -> MemoryEstate {
        var estate = MemoryEstate()
        for pool in pools {
            estate.put(
                EstatePool(fqdn: pool.fqdn, product: pool.product, capacity: pool.capacity))
        }
        for resource in resources {
            var record = EstateRecord(id: resource.id, ownID: resource.ownID, pool: nil)
            if case .present(.pool(let fqdn)) = resource.home { record.pool = fqdn }
            if resource.id.kind == .user {
                record.attributes = ["Department": Self.text(resource.attributes["Department"])]
            }
            try EstateRules.add(record, to: &estate)
        }
        estate.add(relations)
        return estate
    }
}
