/// Which lines a proof of emptiness has, by product: what may still hang on a pool that looks empty.
///
/// Sources, `docs/guides/retiring-a-pool.md` has them by row: OfficeDocs-SkypeForBusiness, "Decommission
/// legacy site" and the pages of "Phase 10"; office-docs-powershell, the pages of the cmdlets; the removal
/// wizard of Office Communications Server refuses a pool with users, and forcing it leaves them "Unassigned"
/// and unable to sign in (learn.microsoft.com, dd572201).

package import Model

/// One line of the proof, before anybody looked.
package struct ProofRow: Hashable, Sendable {
    package enum Look: Hashable, Sendable {
        /// Read, as a plan reads everything.
        case kind(Kind)
        /// Moves under way from or to the pool: `msRTCSIP-TargetHomeServer` names one end.
        case inFlight
        /// The deployment is asked whether anything is left.
        case empty
        /// A person states it; the words say what.
        case attested(String)
    }

    package var name: String
    package var look: Look
}

extension ProofRow {
    /// The rows for a pool of a product, in the order in which they are shown.
    ///
    /// Of response groups the contacts count, never the rows: those of a set that was migrated stay on the old
    /// pool by design, and deleting them breaks the new ones (office-docs-powershell,
    /// `Move-CsRgsConfiguration.md`). The home of a set is where its contacts are, so its row says just that.
    package static func rows(of product: Product) -> [ProofRow] {
        let kinds = Kind.allCases.filter { $0.exists(in: product) }
        return kinds.map { ProofRow(name: $0.name, look: .kind($0)) }
            + [ProofRow(name: "in-flight", look: .inFlight), ProofRow(name: "empty", look: .empty)]
            + stated(for: product).map { ProofRow(name: $0, look: .attested($1)) }
    }

    /// What no adapter can see, for those products that have such a thing.
    private static func stated(for product: Product) -> [(String, String)] {
        let dns = ("dns", "no SRV record or other name in DNS leads people to it")
        let backup = (
            "backup", "what lives only in its databases and on its file shares was copied away"
        )
        let signIns = ("sign-ins", "nobody signed in through it for as long as you demand")
        switch product {
        case .kamailio: return [dns, backup]
        case .teams: return []
        default: break
        }
        var rows: [(String, String)] = []
        // Office Communications Server keeps its topology in the directory and has no management store.
        if product != .ocs2007r2 {
            rows.append(
                (
                    "management-store",
                    "the central management store is elsewhere (Get-CsService -CentralManagement)"
                ))
            rows.append(
                ("branch-appliances", "no survivable branch appliance is backed by it"))
        }
        if ![.ocs2007r2, .lync2010].contains(product) {
            rows.append(
                ("pairing", "it is no pool's backup (Get-CsPoolBackupRelationship)"))
        }
        rows.append(
            (
                "associations",
                "no site uses it for federation, Edge, call admission, archiving or monitoring"
            ))
        return rows + [dns, backup, signIns]
    }
}

extension Kind {
    /// Whether pools of a product can be home to it.
    fileprivate func exists(in product: Product) -> Bool {
        switch product {
        case .teams: self == .user
        case .kamailio: self == .user || self == .serviceAddress
        default: products.contains(product)
        }
    }
}
