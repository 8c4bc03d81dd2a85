/// The Kamailio lab as the adapter sees it, with what tests look at behind its back.

import AdapterKamailio
import Adapters
import Foundation
import Model
import Postgres
import TestSupport
import Testing

extension KamailioLab {
    static let sets = ["legacy.uc.test": 1, "modern.uc.test": 2]

    /// A lab whose database is prepared for rehome.
    static func with<Result>(
        fronts: Int = 1, keepsHomesInMemory: Bool = false, reloadDelta: Int = 5,
        _ body: (KamailioLab) async throws -> Result
    ) async throws -> Result {
        try await with(
            Options(
                preparation: KamailioCatalog.preparation(attribute: "home_pool"), fronts: fronts,
                keepsHomesInMemory: keepsHomesInMemory, reloadDelta: reloadDelta),
            body)
    }

    var front: SIPAddress { address(.front) }

    func address(_ server: Server) -> SIPAddress { SIPAddress(host: server.host, port: port) }

    /// The database of the fronts.
    var database: KamailioDatabase { KamailioDatabase(server: postgres, name: "homes") }

    /// The own database of a pool.
    func pool(_ name: String) -> KamailioDatabase {
        KamailioDatabase(server: postgres, name: name)
    }

    /// How many contacts a pool has.
    func registered(_ pool: String) throws -> Int {
        try Int(
            self.pool(pool).connection.run("SELECT count(*) FROM location").text(0, 0) ?? "") ?? -1
    }

    /// libpq connection strings of the pools' databases, by FQDN.
    var locations: [String: String] {
        [
            "legacy.uc.test": postgres.info("legacy"), "modern.uc.test": postgres.info("modern"),
        ]
    }

    /// The deployment as rehome sees it, registrations of its pools included.
    func withAdapter<Result>(
        _ body: (any Adapter) async throws -> Result
    ) async throws -> Result {
        try await KamailioDatabase.open(document, body)
    }

    /// As `estate.yaml` beside the lab's configurations has it.
    var document: Connection {
        var document = database.document(Self.sets, locations: locations)
        func text(_ value: String) -> Setting {
            Setting(.text(value), at: KamailioDatabase.place)
        }
        func map(_ keys: [String: Setting]) -> Setting {
            Setting(.map(keys), at: KamailioDatabase.place)
        }
        func rpc(_ servers: [Server]) -> Setting {
            Setting(
                .list(servers.map { text("http://\($0.host):\(port)/RPC") }),
                at: KamailioDatabase.place)
        }
        document.settings["fronts"] = rpc(hasTwoFronts ? [.front, .front2] : [.front])
        if keepsHomesInMemory { document.settings["cache"] = text("home") }
        document.settings["apps"] = map([
            "dialplan": text("1"),
            "samples": map([
                "^conf-[0-9]+$": text("conf-1"), "^49305555[0-9]{2}$": text("4930555501"),
            ]),
        ])
        document.settings["probes"] = map([
            "local": text("127.0.0.20"), "front": text("\(Server.front.host):\(port)"),
        ])
        document.settings["pools"] = map(
            Dictionary(
                uniqueKeysWithValues: Self.sets.map { fqdn, set in
                    let server: Server = set == 1 ? .legacy : .modern
                    return (
                        fqdn,
                        map([
                            "set": text("\(set)"), "locations": text(locations[fqdn] ?? ""),
                            "rpc": rpc([server]), "probe": text("probe-\(server.rawValue)@uc.test"),
                        ])
                    )
                }))
        return document
    }
}
