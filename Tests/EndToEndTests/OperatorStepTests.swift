/// What no script can do: the program says what a person does, waits for it alone, and sees that it was done.

import Foundation
import TestSupport
import Testing

@Suite struct OperatorStepTests {
    @Test func `a person is told what to do, and what waits for it goes on when it is seen`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder, users: 4)
            try estate.write(
                "apps.csv",
                """
                Kind,Name,Pool,DisplayName,Address,From,To,Detail
                trusted-application,attendant.small.example,\(SmallEstate.old),,,,,
                application-endpoint,reception@small.example,\(SmallEstate.old),,,,,attendant.small.example

                """)
            try estate.edit(
                "apps: [{select: {pool: old}}]",
                to: "apps: [{select: {pool: old}}]\n  accept: [outage]")
            let rehome = try Program(in: folder)
            let first = try rehome("apply", "--yes", expecting: 8)
            first.expectOutput("For a person to do:")
            first.expectOutput("1 trusted application, old -> new: Set-CsTrustedApplicationPool")
            // The people go, what needs the person's deed stays.
            #expect(try moved(estate) == 4)
            try rehome("apply", "--yes", expecting: 8)
            #expect(try moved(estate) == 4)

            try rehome(
                "adapter", "embedded", "move", "trusted-application/attendant.small.example",
                "new", expecting: 0)
            let last = try rehome("apply", "--yes", expecting: 0)
            #expect(!last.output.contains("For a person to do:"))
            #expect(try moved(estate) == 6)
            let there: [String] = try estate.query(
                estate.deployment, "SELECT DISTINCT pool FROM homes")
            #expect(there == [SmallEstate.new])
            try rehome("drift", expecting: 0)
        }
    }

    private func moved(_ estate: SmallEstate) throws -> Int {
        try estate.query(estate.deployment, "SELECT count(*) FROM moves")[0]
    }
}
