/// The rows of all homes as libpq hands them over, and nothing done with them.

import Postgres

enum BareCopy {
    /// - Returns: How many there are.
    static func run(_ ports: Ports) throws -> Int {
        let connection = try PostgresConnection(ports.info("homes"), password: nil, name: "bare")
        let copy = try PostgresCopy(
            """
            COPY (SELECT username, domain, value FROM usr_preferences
                WHERE attribute = 'home_pool') TO STDOUT
            """, on: connection)
        var count = 0
        try copy.take(.max) { _ in count += 1 }
        return count
    }
}
