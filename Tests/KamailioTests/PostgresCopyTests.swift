/// Rows of `COPY` are what the same query gives, whatever stands in them.

import Postgres
import TestSupport
import Testing

@Suite(.enabled(if: KamailioDatabase.isThere, KamailioDatabase.hint))
struct PostgresCopyTests {
    @Test func `every character comes as it lies`() throws {
        let connection = try KamailioDatabase().connection
        try connection.run(
            """
            CREATE TABLE copied AS SELECT n, a, b FROM (
                SELECT n, 'a' || chr(n) || 'b' AS a, chr(n) AS b FROM generate_series(1, 300) n
                UNION ALL VALUES (301, '', ''), (302, '\\', '\\\\'), (303, '\\.', E'\\t\\n'),
                    (304, '\\N', 'N'), (305, repeat(E'\\\\\\t', 5000), repeat('é', 5000))) AS texts
            """)
        let plain = try connection.run("SELECT a, b FROM copied ORDER BY n")
        let expected = (0..<plain.rows).map { [plain.text($0, 0) ?? "", plain.text($0, 1) ?? ""] }
        let copy = try PostgresCopy(
            "COPY (SELECT a, b FROM copied ORDER BY n) TO STDOUT", on: connection)
        #expect(
            try taken(copy) { row in [Self.text(row.value()), Self.text(row.value())] } == expected)
        // The connection is free again.
        let pairs = try PostgresCopy(
            "COPY (SELECT a, b FROM copied ORDER BY n) TO STDOUT", on: connection)
        let joined = try taken(pairs) { row in
            let (both, second) = row.pair(joinedBy: UInt8(ascii: "@"))
            let rest = UnsafeRawBufferPointer(rebasing: both[second...])
            return [Self.text(both), Self.text(rest)]
        }
        #expect(joined == expected.map { ["\($0[0])@\($0[1])", $0[1]] })
    }

    @Test func `no rows are an end, and an error is one that names its cause`() throws {
        let connection = try KamailioDatabase().connection
        let empty = try PostgresCopy("COPY (SELECT 1 WHERE false) TO STDOUT", on: connection)
        #expect(empty.isAtEnd)
        let failing = try PostgresCopy(
            "COPY (SELECT 10 / (50000 - n) FROM generate_series(1, 60000) n) TO STDOUT",
            on: connection)
        let error = #expect(throws: PostgresError.self) {
            while !failing.isAtEnd { try failing.take(1000) { _ in } }
        }
        #expect(error?.message.contains("division by zero") == true, "\(String(describing: error))")
        #expect(try connection.run("SELECT 1").text(0, 0) == "1")
    }

    /// All rows, a few at a time.
    private func taken(
        _ copy: PostgresCopy, _ body: (inout CopiedRow) -> [String]
    ) throws -> [[String]] {
        var rows: [[String]] = []
        while !copy.isAtEnd { try copy.take(7) { rows.append(body(&$0)) } }
        return rows
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
