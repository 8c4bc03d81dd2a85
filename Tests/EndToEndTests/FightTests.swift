/// Somebody else moves a person away as often as rehome brings her back.

import Foundation
import TestSupport
import Testing

struct FightTests {
    @Test func `who is moved away again and again is named as contested`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder, users: 20)
            try estate.edit("  users: [{select", to: "  onDrift: correct\n  users: [{select")
            let rehome = try Program(in: folder)
            let person = "user/\(estate.person(4))"
            try rehome("apply", "--yes", expecting: 0)
            try rehome("adapter", "embedded", "move", person, "old", expecting: 0)
            // Once may be a mistake.
            try rehome("drift", expecting: 2).expectOutput("moved (alarms): 1 user")
            try rehome("apply", "--yes", expecting: 0)
            try rehome("adapter", "embedded", "move", person, "old", expecting: 0)
            let fought = try rehome("drift", expecting: 2)
            fought.expectOutput("contested (alarms): 1 user, two writers")
            fought.expectOutput("rehome moved it 2 times")
            // Who accepts what the other one did ends it.
            try rehome("accept", "--write", expecting: 0)
            try rehome("drift", expecting: 0)
        }
    }
}
