/// A plan over exports: made, reviewed, and never applied.

import Foundation
import TestSupport
import Testing

struct InventoryTests {
    private static let manifests = """
        apiVersion: rehome.dev/v1
        kind: Connection
        metadata: {name: north}
        spec: {adapter: inventory, settings: {files: [exports/users.csv, exports/apps.csv]}}
        ---
        apiVersion: rehome.dev/v1
        kind: Pool
        metadata: {name: old}
        spec: {connection: north, site: north, product: lync-2013, fqdn: old.north.example, state: serving}
        ---
        apiVersion: rehome.dev/v1
        kind: Pool
        metadata: {name: new}
        spec: {connection: north, site: north, product: sfb-2019, fqdn: new.north.example, state: serving}
        ---
        apiVersion: rehome.dev/v1
        kind: Policy
        metadata: {name: default}
        spec: {limits: {moves: {percent: 100}}}
        ---
        apiVersion: rehome.dev/v1
        kind: Placement
        metadata: {name: north}
        spec:
          pool: new
          users: [{select: {pool: old, department: Sales}}, dora@north.example]
          apps: [{select: {pool: old}}]

        """
    private static let users = """
        SipAddress,RegistrarPool,HomeServer,Department
        sip:ana@north.example,old.north.example,,Sales
        sip:bruno@north.example,old.north.example,,Finance
        sip:carla@north.example,<Office Communications Server>,,Sales

        """
    private static let apps = """
        Kind,Name,Pool
        announcement,closed,old.north.example
        unassigned-number,block,old.north.example
        trusted-application,attendant.north.example,old.north.example

        """

    private func write(_ text: String, _ name: String, in folder: URL) throws {
        try FileManager.default.createDirectory(
            at: folder.appending(path: "exports"), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    @Test func `exports are planned over and never applied to`() async throws {
        try await withTemporaryFolder { folder in
            try write(Self.manifests, "north.yaml", in: folder)
            try write(Self.users, "exports/users.csv", in: folder)
            try write(Self.apps, "exports/apps.csv", in: folder)
            let rehome = try Program(in: folder)
            try rehome("validate", expecting: 0)

            let plan = try rehome("plan", expecting: 0)
            plan.expectOutput("user/ana@north.example")
            plan.expectOutput("unassigned-number/block")
            plan.expectOutput("by a person: old -> new")
            plan.expectOutput("RegistrarPool is <Office Communications Server>")
            plan.expectOutput("north can only be read: this plan is for review and as a runbook")
            #expect(!plan.output.contains("user/bruno@north.example\n    user"))

            try rehome("apply", "--yes", expecting: 4).expectSentence("read-only")
        }
    }

    @Test func `an export outside the repository is not opened`() async throws {
        try await withTemporaryFolder { folder in
            let inner = folder.appending(path: "estate")
            try write(Self.users, "exports/users.csv", in: folder)
            try write(Self.apps, "exports/apps.csv", in: inner)
            for path in ["../exports/users.csv", "/etc/passwd", "exports/link.csv"] {
                try write(
                    Self.manifests.replacing("exports/users.csv", with: path), "north.yaml",
                    in: inner)
                try? FileManager.default.createSymbolicLink(
                    at: inner.appending(path: "exports/link.csv"),
                    withDestinationURL: folder.appending(path: "exports/users.csv"))
                let refused = try Program(in: inner)("plan", expecting: 1)
                refused.expectSentence("outside the repository", "inventory-unreadable")
            }
        }
    }
}
