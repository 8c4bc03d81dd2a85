/// Kill it anywhere, run it again: nothing is lost and nothing is done twice. The deployment's own log
/// is the witness.

import Foundation
import TestSupport
import Testing

struct CrashTests {
    @Test(arguments: ["before", "after"], 1...10)
    func `killed at a batch, it goes on where it was`(side: String, batch: Int) async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder, faults: ["kill \(side) batch \(batch)"])
            let rehome = try Program(in: folder)
            let killed = try rehome("apply", "--yes")
            #expect(killed.ending == .signal(SIGKILL), "\(killed.errors)")
            try goOn(rehome, estate)
        }
    }

    @Test(arguments: ["before", "after"], 1...10)
    func `killed at a commit of the ledger, it goes on where it was`(
        side: String, commit: Int
    ) async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            let rehome = try Program(in: folder)
            let killed = try rehome(
                "apply", "--yes", environment: ["REHOME_KILL": "\(side)-commit:\(commit)"])
            #expect(killed.ending == .signal(SIGKILL), "\(killed.errors)")
            try goOn(rehome, estate)
        }
    }

    /// The moments between the scripted ones: in the middle of a batch, of a transaction, of anything.
    @Test(arguments: 1...10)
    func `killed at some moment, it goes on where it was`(tenth: Int) async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(
                in: folder, users: 60, faults: ["slow 20ms per move"])
            let rehome = try Program(in: folder)
            try rehome(
                "apply", "--yes", interrupted: .kill(after: .milliseconds(150 * tenth)))
            try goOn(rehome, estate)
        }
    }

    @Test func `killed again and again, it still arrives`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(
                in: folder,
                faults: (1...6).map { "kill \($0 % 2 == 0 ? "within" : "after") batch \($0 * 2)" })
            let rehome = try Program(in: folder)
            var kills = 0
            while kills < 20, try rehome("apply", "--yes").ending == .signal(SIGKILL) { kills += 1 }
            #expect(kills == 6)
            try goOn(rehome, estate)
        }
    }

    /// The first Ctrl-C ends in order: what is in flight is finished and recorded.
    @Test func `interrupted, it finishes what it began and says how to go on`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder, faults: ["slow 40ms per move"])
            let rehome = try Program(in: folder)
            let stopped = try rehome(
                "apply", "--yes", expecting: 130,
                interrupted: .init(signal: SIGINT, after: .milliseconds(1500)))
            #expect(
                (stopped.output + stopped.errors).contains("rehome apply"), "\(stopped.errors)")
            let open: [Int] = try estate.query(
                estate.ledger, "SELECT count(*) FROM steps WHERE settled_at IS NULL")
            #expect(open == [0], "it left steps in doubt")
            try goOn(rehome, estate)
        }
    }

    private func goOn(
        _ rehome: Program, _ estate: SmallEstate,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws {
        try rehome("apply", "--yes", expecting: 0, sourceLocation: sourceLocation)
        try estate.expectMovedOnce(sourceLocation: sourceLocation)
        try estate.expectRemembered(sourceLocation: sourceLocation)
        try rehome("plan", "--detailed-exitcode", expecting: 0, sourceLocation: sourceLocation)
        try rehome("drift", expecting: 0, sourceLocation: sourceLocation)
        try rehome("history", "--verify", expecting: 0, sourceLocation: sourceLocation)
    }
}
