/// The estate that ships with the clone, with the traps of real exports: what the demo does.

import Foundation
import GRDB
import TestSupport
import Testing

struct ContosoTests {
    @Test func `Barcelona moves, Madrid's pilot moves and rests, nobody is guessed`() async throws {
        try await withTemporaryFolder { scratch in
            let folder = scratch.appending(path: "contoso")
            try FileManager.default.copyItem(
                at: Repository.root.appending(path: "manifests/contoso"), to: folder)
            let rehome = try Program(in: folder)
            try rehome("validate", expecting: 0)
            try rehome("plan", "--detailed-exitcode", expecting: 2)
            let applied = try rehome(
                "apply", "--yes", "--new-ledger", "--reason", "the first apply", expecting: 8)
            applied.expectOutput("madrid/pilot: waits for its soak")
            try rehome("drift", expecting: 0)

            // 1,040 people, the response groups, an access number and a conference directory.
            #expect(try homes(folder, "barcelona", on: "ocs.barcelona.contoso.example") == 0)
            #expect(try homes(folder, "barcelona", on: "lync.barcelona.contoso.example") == 1792)
            #expect(try log(folder, "barcelona") == 1043)
            // Of 2,880 people, and one of the two records of one address, the pilot; four apps stay.
            #expect(try homes(folder, "madrid", on: "ocs.madrid.contoso.example") == 2885 - 24)
            #expect(try log(folder, "madrid") == 24)
        }
    }

    /// The first commit of a new user: what is there, and nothing to do.
    @Test func `an export of what is there moves nobody`() async throws {
        try await withTemporaryFolder { scratch in
            let folder = scratch.appending(path: "contoso")
            try FileManager.default.copyItem(
                at: Repository.root.appending(path: "manifests/contoso"), to: folder)
            for name in ["barcelona", "madrid", "rollout-madrid", "holds"] {
                try FileManager.default.removeItem(at: folder.appending(path: "\(name).yaml"))
            }
            let rehome = try Program(in: folder)
            let export = try rehome("export", expecting: 0)
            export.expectOutput("4,968 users")
            export.expectOutput("left out: 2 resources: another record has the same name")
            try rehome("validate", expecting: 0)
            let plan = try rehome("plan", "--detailed-exitcode", expecting: 0)
            plan.expectOutput("4,977 unchanged")
            try rehome(
                "apply", "--yes", "--new-ledger", "--reason", "the first apply",
                expecting: 0)
            try rehome("drift", expecting: 0)
            #expect(try log(folder, "madrid") == 0)
            try rehome("export", expecting: 1).expectSentence("is there already", "--into")
        }
    }

    private func homes(_ folder: URL, _ site: String, on pool: String) throws -> Int? {
        try read(folder, site, "SELECT count(*) FROM homes WHERE pool = '\(pool)'")
    }

    private func log(_ folder: URL, _ site: String) throws -> Int? {
        try read(folder, site, "SELECT count(*) FROM moves")
    }

    private func read(_ folder: URL, _ site: String, _ sql: String) throws -> Int? {
        try DatabaseQueue(path: folder.appending(path: ".rehome/\(site).db").path)
            .read { try Int.fetchOne($0, sql: sql) }
    }
}
