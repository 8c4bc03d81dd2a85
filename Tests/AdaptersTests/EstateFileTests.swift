/// Files that are none, not whole, or not for us: a clear sentence each, and nothing lost.

import AdapterEmbedded
import Adapters
import Conformance
import Foundation
import GRDB
import Model
import TestSupport
import Testing

@Suite struct EstateFileTests {
    private func deployment(in folder: URL) -> Deployment {
        var deployment = Deployment(folder: folder)
        deployment.seeds = AdapterFixture.twoPools.seeds
        return deployment
    }

    private func complaint(_ deployment: Deployment) async -> Diagnostic? {
        do {
            try await deployment.with { _ in }
            return nil
        } catch {
            return (error as? DeploymentError)?.diagnostics.first
        }
    }

    @Test func `seeds that are wrong leave no estate behind`() async throws {
        try await withTemporaryFolder { folder in
            var deployment = deployment(in: folder)
            let right = deployment.seeds
            deployment.seeds[0].text += "\"one field\"\r\n"
            let said = await complaint(deployment)
            #expect(said?.rule == "seed-row")
            #expect(said?.location?.file == "users.csv")
            #expect(said?.location?.line == 8)
            #expect(!FileManager.default.fileExists(atPath: deployment.estate.path))
            deployment.seeds = right
            #expect(await complaint(deployment) == nil)
        }
    }

    @Test func `a seed that is not there is named at the line that names it`() async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(in: folder)
            let connection = deployment.connection
            await #expect(throws: DeploymentError.self) {
                try await EmbeddedAdapter.with(
                    connection, root: folder, pools: [], clock: { deployment.clock.now }
                ) { _ in }
            }
            do {
                try await EmbeddedAdapter.with(
                    connection, root: folder, pools: [], clock: { deployment.clock.now }
                ) { _ in }
            } catch let error as DeploymentError {
                #expect(
                    error.diagnostics.map(\.message) == [
                        "apps.csv cannot be read: there is no such file",
                        "relations.csv cannot be read: there is no such file",
                        "users.csv cannot be read: there is no such file",
                    ])
                #expect(error.diagnostics.first?.location == connection.location)
            }
        }
    }

    @Test func `a seeding that died is begun anew`() async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(in: folder)
            let beside = deployment.estate.path + ".seeding"
            try FileManager.default.createDirectory(
                at: deployment.estate.deletingLastPathComponent(), withIntermediateDirectories: true
            )
            try Data().write(to: URL(filePath: beside))
            #expect(await complaint(deployment) == nil)
            #expect(!FileManager.default.fileExists(atPath: beside))
        }
    }

    @Test func `two that seed at once make one estate`() async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(in: folder)
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await deployment.with { adapter in
                            try await adapter.observe(
                                .everything(attributes: []), after: nil, limit: 1000
                            ).homes.count
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts == Array(repeating: 8, count: 6))
        }
    }

    @Test func `a file of another program is left alone`() async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(in: folder)
            try FileManager.default.createDirectory(
                at: deployment.estate.deletingLastPathComponent(), withIntermediateDirectories: true
            )
            let other = try DatabaseQueue(path: deployment.estate.path)
            try await other.write { try $0.execute(sql: "CREATE TABLE mine (a)") }
            try other.close()
            let said = await complaint(deployment)
            #expect(said?.rule == "estate-unusable")
            #expect(said?.message.hasSuffix("is no embedded deployment") == true)
            try Data("no database at all, but long enough to be looked at by SQLite".utf8)
                .write(to: deployment.estate)
            #expect(await complaint(deployment)?.rule == "estate-unusable")
        }
    }

    @Test func `an estate of a later version is refused`() async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(in: folder)
            #expect(await complaint(deployment) == nil)
            let database = try DatabaseQueue(path: deployment.estate.path)
            try await database.write { try $0.execute(sql: "PRAGMA user_version = 99") }
            try database.close()
            let said = await complaint(deployment)
            #expect(said?.rule == "estate-newer")
            #expect(said?.hint == "it has schema 99, this rehome knows 4: update it")
        }
    }

    @Test func `an estate of an earlier version is refused, and left as it is`() async throws {
        try await withTemporaryFolder { folder in
            let deployment = deployment(in: folder)
            #expect(await complaint(deployment) == nil)
            let database = try DatabaseQueue(path: deployment.estate.path)
            try await database.write { try $0.execute(sql: "PRAGMA user_version = 3") }
            try database.close()
            let said = await complaint(deployment)
            #expect(said?.rule == "estate-unusable")
            #expect(said?.message.hasSuffix("was made by an earlier version of rehome") == true)
        }
    }

    @Test func `settings that are wrong are all said, each at its place`() async throws {
        try await withTemporaryFolder { folder in
            let place = SourceLocation(file: "sites/north.yaml", line: 4, column: 9)
            var connection = deployment(in: folder).connection
            connection.settings = [
                "seed": Setting(.map([:]), at: place),
                "faults": Setting(.list([Setting(.text("sometimes"), at: place)]), at: place),
                "moveTakes": Setting(.text("soon"), at: place),
                "sed": Setting(.text("users.csv"), at: place),
            ]
            do {
                _ = try EmbeddedSettings(of: connection, root: folder)
                Issue.record("the settings were taken")
            } catch let error as DeploymentError {
                expectGolden(
                    error.description + "\n",
                    "Tests/AdaptersTests/Goldens/settings.diagnostics.txt",
                    again: "swift test --filter EstateFileTests")
            }
        }
    }

    @Test func `paths are relative to the manifest, those in .rehome to the folder`() async throws {
        let root = URL(filePath: "/estate")
        let place = SourceLocation(file: "sites/north.yaml", line: 4, column: 9)
        var connection = deployment(in: root).connection
        connection.settings = [
            "estate": Setting(.text(".rehome/north.db"), at: place),
            "seed": Setting(
                .list([
                    Setting(.text("users.csv"), at: place),
                    Setting(.text("../inventory/apps.csv"), at: place),
                ]), at: place),
        ]
        let settings = try EmbeddedSettings(of: connection, root: root)
        #expect(settings.estate.path == "/estate/.rehome/north.db")
        #expect(
            settings.seeds.map(\.url.path) == [
                "/estate/sites/users.csv", "/estate/inventory/apps.csv",
            ])
        #expect(settings.seeds[0].path == "sites/users.csv")
    }
}
