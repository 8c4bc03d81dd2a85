/// The end of a pool of the embedded deployment, and the way back from it: closed, empty, taken out.

package import Adapters
package import Model

extension EstateRules {
    /// Closes a pool, opens it again or takes it out. Counts what lives there in the same store that
    /// changes, so that of a move and a closing at once the second one knows of the first.
    ///
    /// The fence of the change is not looked at: the deployment keeps no leases, and says so in its
    /// capabilities.
    package static func change(
        _ change: PoolChange, in store: inout some EstateStore, at now: Instant
    ) throws -> StepOutcome {
        guard let pool = try store.pool(change.pool) else {
            return .failed(
                StepOutcome.Failure(.permanent, "\(change.pool) is no pool of this deployment"))
        }
        switch (change.action, pool.state) {
        case (.remove, .removed): return .already
        case (_, .removed): return .conflict("\(pool.fqdn) was removed from the deployment")
        case (.reopen, .open): return .already
        case (.reopen, .closed):
            try store.setState(.open, of: pool.fqdn)
        case (.remove, .open): return .conflict("\(pool.fqdn) is not closed")
        case (.close, _), (.remove, .closed):
            if let left = try residents(of: pool, in: store, at: now) { return .conflict(left) }
            if change.action == .close, pool.state == .closed { return .already }
            try store.setState(change.action == .close ? .closed : .removed, of: pool.fqdn)
        }
        return .done
    }

    /// Who and what still lives on a pool, in words; nil where nothing does.
    private static func residents(
        of pool: EstatePool, in store: some EstateStore, at now: Instant
    ) throws -> String? {
        let left = try store.residents(of: pool.fqdn, at: now).filter { $0.value.count > 0 }
        guard !left.isEmpty else { return nil }
        let counts = left.sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key.name)" }
        return "still on \(pool.fqdn), or on the way: \(counts.joined(separator: ", "))"
    }
}
