/// What the adapter for Kamailio has to offer, known without a connection.

import Adapters
package import Model

package enum KamailioCatalog {
    static let domain = "Domain"

    /// Attributes to select by.
    package static let attributes = [
        Capabilities.Attribute(name: domain, source: "the column with a user's domain")
    ]

    /// Kamailio looks users up by the user part as it is written; hosts have no case.
    package static let folding = Folding.host

    /// What it can do where the settings name everything and the database has all tables.
    package static let capabilities: Capabilities = {
        var able = Capabilities(
            performs: true, comparesAndSwaps: true, checksFencing: true, claims: true,
            endsWithRunner: true, selectableBy: attributes, moves: [user, serviceAddress])
        able.probes = Set(Probe.Question.allCases).subtracting([.presenceBothWays])
        able.seesChanges = true
        able.closesPools = true
        able.evacuates = true
        return able
    }()

    static func capabilities(_ settings: KamailioSettings, _ own: OwnTables) -> Capabilities {
        var able = capabilities
        able.checksFencing = own.fences
        able.claims = own.owners
        able.seesChanges = settings.homes.changed != nil
        if settings.dialplan == nil { able.moves = [user] }
        able.probes = probes(settings)
        able.closesPools = !settings.fronts.isEmpty
        return able
    }

    private static func probes(_ settings: KamailioSettings) -> Set<Probe.Question> {
        var probes: Set<Probe.Question> = [.empty]
        if !settings.fronts.isEmpty { probes.formUnion([.servicesRunning, .replicationCurrent]) }
        if settings.pools.values.contains(where: { !$0.members.isEmpty || $0.locations.info != nil }
        ) {
            probes.insert(.administrable)
        }
        if settings.probing != nil {
            probes.formUnion([.messageBothWays, .callBothWays])
            if settings.dialplan != nil { probes.insert(.appsAnswering) }
        }
        return probes
    }

    /// One statement moves a thousand users as fast as one (`docs/reference/kamailio.md`, "How fast").
    private static let batch = 1000

    private static let lost = MoveRule.Cost(
        .outage, .observed,
        detail: "devices that must register again before they are called")

    private static let user = MoveRule(
        kind: .user, from: [.kamailio], to: [.kamailio], means: .adapter, grain: .each, after: [],
        costs: [lost], costsBack: [lost], reversal: .priced, batch: batch, settles: .zero,
        repeatable: true, source: "UPDATE usr_preferences")

    private static let serviceAddress = MoveRule(
        kind: .serviceAddress, from: [.kamailio], to: [.kamailio], means: .adapter, grain: .each,
        after: [], costs: [], costsBack: [], reversal: .free, batch: batch,
        settles: .seconds(10), repeatable: true, source: "UPDATE dialplan, dialplan.reload")
}
