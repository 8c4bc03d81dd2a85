/// Whose the pools are, and under which lease they are changed.

import Adapters
import Model
import Postgres

extension HomeDatabase {
    /// Writes down that a lease is the newest of its ledger, once; an older one is left to `demand`.
    func acknowledge(_ fence: Fence?) throws(PostgresError) {
        guard own.fences, let fence, self.fence != fence else { return }
        try connection().run(
            BatchStatements.acknowledge, [fence.ledger, "\(fence.token)"])
        self.fence = fence
    }

    /// Refuses work of a runner that somebody else took over from. The row is held until the
    /// transaction ends, so that who takes over waits for what is under way.
    func demand(_ fence: Fence?, on connection: PostgresConnection) throws {
        guard own.fences, let fence else { return }
        let row = try connection.run(BatchStatements.fence, [fence.ledger])
        guard row.rows == 1, row.text(0, 0) == "\(fence.token)" else {
            throw AdapterError.permanent(
                "another runner has taken over: the newest lease of ledger \(fence.ledger) is \(row.rows == 1 ? row.text(0, 0) ?? "" : "gone"), and this run has \(fence.token); where the ledger was restored from a copy, delete its row in rehome_fences"
            )
        }
    }

    /// Hands a pool over where it is still the first owner's.
    func hand(_ claim: PoolClaim) throws -> String? {
        guard let set = sets.seenSet(of: claim.pool) else { return nil }
        let connection = try connection()
        do {
            switch (claim.from, claim.to) {
            case (nil, let to?):
                try connection.run(
                    "INSERT INTO rehome_owners (setid, owner) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    [set, to])
            case (let from?, nil):
                try connection.run(
                    "DELETE FROM rehome_owners WHERE setid = $1 AND owner = $2", [set, from])
            case (let from?, let to?):
                try connection.run(
                    "UPDATE rehome_owners SET owner = $3 WHERE setid = $1 AND owner = $2",
                    [set, from, to])
            case (nil, nil): break
            }
            let now = try connection.run(
                "SELECT owner FROM rehome_owners WHERE setid = $1", [set])
            return now.rows > 0 ? now.text(0, 0) : nil
        } catch {
            forgetConnections()
            throw error
        }
    }
}
