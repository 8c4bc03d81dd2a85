/// All homes through the adapter, page by page, as every plan reads them.

import AdapterKamailio
import Adapters
import Foundation
import Model
import Reconciliation

/// The observation without what a plan does with it.
enum Observing {
    /// - Returns: How many homes there are.
    static func run(_ ports: Ports) async throws -> Int {
        let noSecret: (SecretReference) async throws -> String = { _ in
            throw Refusal("there is no password")
        }
        let clock: @Sendable () -> Instant = { Instant(millisecondsSince1970: 0) }
        let seed: @Sendable () -> UInt64 = { 0 }
        return try await KamailioAdapter.with(
            connection(ports), clock: clock, randomSeed: seed, secret: noSecret
        ) { adapter in
            let seen = await Observation.observe(
                ["uc": adapter], for: [estate], at: Instant(millisecondsSince1970: 0))
            guard let uc = seen.connections.first else { return 0 }
            if let gap = uc.gaps.first(where: { $0.fact == nil && $0.kind == nil }) {
                throw Refusal(gap.reason)
            }
            return uc.homes.count
        }
    }

    /// Nothing but how names are compared.
    private static let estate = DesiredState(
        estate: Estate(
            name: "bench", zone: "UTC", ledger: LedgerAddress(url: "sqlite:none", id: nil),
            location: nil),
        connections: [], folding: KamailioCatalog.folding, pools: [], placements: [], rollouts: [],
        policy: Policy(), holds: [], entries: EntryList(), except: EntryList(), held: EntryList(),
        drawn: EntryList(), diagnostics: [], digest: "", revision: nil)

    private static func connection(_ ports: Ports) -> Connection {
        let place = SourceLocation(file: "estate.yaml", line: 1, column: 1)
        func text(_ value: String) -> Setting { Setting(.text(value), at: place) }
        func pool(_ set: Int, _ name: String) -> Setting {
            Setting(
                .map(["set": text("\(set)"), "locations": text(ports.info(name))]), at: place)
        }
        let pools = ["legacy.uc.test": pool(1, "legacy"), "modern.uc.test": pool(2, "modern")]
        return Connection(
            name: "uc", adapter: "kamailio",
            settings: [
                "database": text(ports.info("homes")), "pools": Setting(.map(pools), at: place),
                "fronts": Setting(
                    .list([text("http://127.0.0.10:\(ports.sip)/RPC")]), at: place),
            ],
            limits: Connection.Limits(concurrency: 1, batch: 500, rate: nil), location: place)
    }
}
