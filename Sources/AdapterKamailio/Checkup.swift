/// A look at a deployment before anything is trusted to it: what the settings point at, and what is missing.

import Adapters
package import Model
import Postgres

extension KamailioAdapter {
    /// What was looked at and how it stands. Changes nothing: the database is asked in transactions that
    /// can only read.
    package func checkup() async throws -> [Evidence.Check] {
        var checks = try await database.checkup()
        for view in await fronts.views() {
            let subject = "front \(view.name)"
            switch view.dispatcher {
            case .failure(let error):
                checks.append(Evidence.Check(subject, .failed, error.message))
            case .success(let list):
                checks.append(
                    Evidence.Check(
                        subject, .passed,
                        "it knows \(counted(list.sets.count, "set")) of the dispatcher"))
            }
        }
        return checks
    }

    /// Takes registrations away whose users live elsewhere.
    ///
    /// - Returns: How many, by the FQDN of the pool; nil where nobody told us where they are.
    package func sweep() async throws -> [(pool: String, contacts: Int?)] {
        var swept: [(String, Int?)] = []
        for pool in database.settings.pools.keys.sorted() {
            do {
                swept.append((pool, try await database.sweepAll(of: pool)))
            } catch {
                throw AdapterError(error, began: false)
            }
        }
        return swept
    }
}

extension HomeDatabase {
    fileprivate func checkup() throws -> [Evidence.Check] {
        let connection = try connection()
        try connection.run("SET default_transaction_read_only = on")
        defer { forgetConnections() }
        var checks = try homes(connection)
        checks += try rights(connection)
        checks.append(
            Evidence.Check(
                "tables of rehome", own.owners && own.fences && own.fronts ? .passed : .failed,
                "owners: \(yes(own.owners)), fences: \(yes(own.fences)), fronts: \(yes(own.fronts)); rehome adapter kamailio sql makes them"
            ))
        let guards = try connection.run(
            "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'rehome_guard%' AND tgrelid = to_regclass($1)",
            [HomeStatements.quoted(settings.homes.table, parts: true)])
        checks.append(
            Evidence.Check(
                "guard", guards.text(0, 0) == "2" ? .passed : .failed,
                "nobody is homed on a closed set by another hand: \(yes(guards.text(0, 0) == "2"))")
        )
        for pool in settings.pools.keys.sorted() { checks.append(state(of: pool, connection)) }
        return checks
    }

    private func yes(_ isSo: Bool) -> String { isSo ? "yes" : "no" }

    /// How many homes there are, on which sets, and whether anybody has two.
    private func homes(_ connection: PostgresConnection) throws(PostgresError) -> [Evidence.Check] {
        let rows = try connection.run(statements.residentsBySet, [statements.attribute])
        var checks: [Evidence.Check] = []
        for row in 0..<rows.rows {
            let set = rows.text(row, 0) ?? "nothing"
            let fqdn = sets.fqdn(ofSet: set)
            let isKnown = settings.pools[fqdn] != nil
            checks.append(
                Evidence.Check(
                    "homes on set \(set)", isKnown ? .passed : .failed,
                    "\(counted(Int(rows.text(row, 1) ?? "") ?? 0, "user")), \(isKnown ? fqdn : "which no setting names")"
                ))
        }
        if rows.rows == 0 {
            checks.append(
                Evidence.Check("homes", .failed, "no row is a home: is it this table and column?"))
        }
        let twice = try connection.run(statements.doubles, [statements.attribute]).text(0, 0) ?? "0"
        checks.append(
            Evidence.Check(
                "one home each", twice == "0" ? .passed : .failed,
                twice == "0" ? "nobody has two" : "\(twice) users have more than one row"))
        return checks
    }

    /// What the account must be allowed, by table.
    private var wantedRights: [(table: String, rights: [String])] {
        var wanted = [
            (settings.homes.table, ["SELECT", "UPDATE"]), ("dispatcher", ["SELECT", "UPDATE"]),
        ]
        if settings.dialplan != nil { wanted.append(("dialplan", ["SELECT", "UPDATE"])) }
        if own.owners {
            wanted.append(("rehome_owners", ["SELECT", "INSERT", "UPDATE", "DELETE"]))
        }
        if own.fences { wanted.append(("rehome_fences", ["SELECT", "INSERT", "UPDATE"])) }
        if own.fronts, settings.cache != nil {
            wanted.append(("rehome_fronts", ["SELECT", "INSERT", "UPDATE"]))
        }
        return wanted
    }

    private func rights(
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [Evidence.Check] {
        var checks: [Evidence.Check] = []
        for (table, rights) in wantedRights {
            var missing: [String] = []
            for right in rights {
                let has = try connection.run(
                    "SELECT has_table_privilege($1, $2)",
                    [HomeStatements.quoted(table, parts: true), right])
                if has.text(0, 0) != "t" { missing.append(right) }
            }
            checks.append(
                Evidence.Check(
                    "rights on \(table)", missing.isEmpty ? .passed : .failed,
                    missing.isEmpty
                        ? rights.joined(separator: ", ")
                        : "GRANT \(missing.joined(separator: ", ")) ON \(table) TO this account"))
        }
        return checks
    }

    private func state(
        of fqdn: String, _ connection: PostgresConnection
    ) -> Evidence.Check {
        let subject = "pool \(fqdn)"
        do {
            let set = settings.pools[fqdn]?.set ?? 0
            let members = try members(on: connection).filter { $0.set == set }
            guard !members.isEmpty else {
                return Evidence.Check(subject, .failed, "the dispatcher has no set \(set)")
            }
            let uris = members.map { $0.uri + ($0.isClosed ? " (closed)" : "") }
                .joined(separator: ", ")
            guard let live = try registrations.live(on: fqdn) else {
                let isTold = settings.pools[fqdn]?.locations == Locations.none
                return Evidence.Check(
                    subject, isTold ? .passed : .inconclusive,
                    "\(uris); \(isTold ? "it keeps no registrations" : "where its registrations are is not told (locations)")"
                )
            }
            return Evidence.Check(
                subject, .passed, "\(uris); \(counted(live, "live registration"))")
        } catch {
            return Evidence.Check(subject, .failed, error.message)
        }
    }
}
