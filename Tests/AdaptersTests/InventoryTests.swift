/// What an inventory makes of exports, and of what they leave out.

import AdapterInventory
import Adapters
import Foundation
import Model
import TestSupport
import Testing

@Suite struct InventoryTests {
    private static let noRelations = "gap: no file lists who is bound to whom"

    private func seen(_ files: (String, String)..., attributes: [String] = []) async throws
        -> [String]
    {
        try await InventoryDeployment(files: files.map { (name: $0.0, text: $0.1) })
            .seen(attributes).filter { $0 != Self.noRelations }
    }

    @Test func `an empty pool is none only where the home server is empty too`() async throws {
        let csv = """
            SipAddress,RegistrarPool,HomeServer
            sip:ana@x.example,lync.x.example,
            sip:bruno@x.example,,
            sip:carla@x.example,,"CN=Lc Services,CN=Microsoft,CN=1:1,CN=Pools"
            sip:dora@x.example,<Office Communications Server>,
            """
        let rows = try await seen(("users.csv", csv))
        #expect(rows[0] == "user/ana@x.example: lync.x.example")
        #expect(rows[1] == "user/bruno@x.example: no pool")
        #expect(rows[3].hasPrefix("user/dora@x.example: unknown, RegistrarPool is <Office"))
        #expect(rows[2].hasPrefix("user/carla@x.example: unknown, no file has the pool object"))
        let bare = "SipAddress,RegistrarPool\nsip:bruno@x.example,\n"
        #expect(try await seen(("users.csv", bare))[0].contains("unknown, RegistrarPool is empty"))
    }

    @Test func `two rows on different pools are seen twice, and on the same pool once`()
        async throws
    {
        let one =
            "SipAddress,RegistrarPool\nsip:ana@x.example,A.example\nsip:bo@x.example,a.example\n"
        let two =
            "SipAddress,RegistrarPool\nSIP:ANA@x.example,b.example\nsip:bo@x.example,a.example\n"
        #expect(
            try await seen(("one.csv", one), ("two.csv", two)) == [
                "user/ana@x.example: unknown, observed-twice: on A.example (one.csv:2) and on b.example (two.csv:2)",
                "user/bo@x.example: A.example",
            ])
    }

    @Test func `response groups whose contacts lie apart are split`() async throws {
        let apps = """
            Kind,Name,Pool,Address
            response-groups,north,a.example,sip:one@x.example
            response-groups,north,b.example,sip:two@x.example
            """
        #expect(
            try await seen(("apps.csv", apps)) == ["response-groups/north: a.example + b.example"])
    }

    @Test func `a kind that no file lists is unknown, one that was looked for is none`()
        async throws
    {
        let deployment = InventoryDeployment(files: [
            ("apps.csv", "Kind,Name,Pool\nannouncement,,\nvoice-route,all,a.example\n")
        ])
        let gaps = try await deployment.with { adapter in
            try await adapter.observe(.resources([]), after: nil, limit: 1).gaps.compactMap(\.kind)
        }
        #expect(gaps.contains(.user) && gaps.contains(.unassignedNumber))
        #expect(!gaps.contains(.announcement) && !gaps.contains(.voiceRoute))
    }

    @Test func `JSON Lines say what the same columns say`() async throws {
        let lines = """
            {"SipAddress":"sip:ana@x.example","RegistrarPool":"a.example","Enabled":true,"Department":null}
            {"SipAddress":"sip:bo@x.example","RegistrarPool":"a.example","TargetRegistrarPool":"b.example"}
            {"Kind":"conference-directory","Name":"10042","Pool":"a.example","Services":[1,2]}
            """
        #expect(
            try await seen(("all.ndjson", lines), attributes: ["Enabled", "Department"]).prefix(3)
                == [
                    "user/ana@x.example: a.example, Enabled true, Department absent",
                    "user/bo@x.example: a.example -> b.example, Enabled unknown, Department unknown",
                    "conference-directory/10042: a.example, Enabled absent, Department absent",
                ])
    }

    @Test func `relations, clients and meetings are counted for whom they are about`() async throws
    {
        let deployment = InventoryDeployment(files: [
            ("users.csv", "SipAddress,RegistrarPool\nsip:ana@x.example,a\nsip:bo@x.example,a\n"),
            ("relations.csv", "Resource,Relation,Other\nsip:ana@x.example,delegate,bo@x.example\n"),
            (
                "clients.csv",
                "SipAddress,Client,Version\nana@x.example,OC,15\nsip:ANA@x.example,OC,16\n"
            ),
            ("old.csv", "SipAddress,Client,Version\nbo@x.example,OC,3.5.6907.266\n"),
            ("meetings.csv", "Organizer,Meetings\nsip:bo@x.example,12\n"),
            (
                "policies.csv",
                "SipAddress,Policy,Name\nbo@x.example,VoicePolicy,Madrid\nbo@x.example,PinPolicy,\n"
            ),
        ])
        try await deployment.with { adapter in
            let page = try await adapter.observe(
                .everything(attributes: []), after: nil, limit: 10)
            #expect(
                page.relations == [
                    Relation(
                        ResourceID(kind: .user, name: "ana@x.example"), .delegate,
                        of: ResourceID(kind: .user, name: "bo@x.example"))
                ])
            #expect(page.homes.count(of: .clients, at: 0) == .present(2))
            #expect(page.homes.count(of: .clients, at: 1) == .present(0))
            #expect(page.homes.count(of: .policies, at: 0) == .absent)
            #expect(page.homes.count(of: .policies, at: 1) == .present(1))
            #expect(page.homes.count(of: .meetings, at: 1) == .present(12))
            guard case .unknown = page.homes.count(of: .contacts, at: 0) else {
                Issue.record("contacts were never counted")
                return
            }
        }
    }

    @Test func `everything that is wrong is said together, with its place`() async throws {
        let deployment = InventoryDeployment(files: [
            ("users.csv", "SipAddress,RegistrarPool\n,a.example\nsip:bo@x.example\n"),
            (
                "apps.csv",
                "Kind,Name,Pool\nresponse-group,north,a.example\nannouncement,,a.example\n"
            ),
            ("odd.csv", "Name,Mail\na,b\n"), ("twice.csv", "SipAddress,RegistrarPool,sipaddress\n"),
            ("open.csv", "SipAddress,RegistrarPool\n\"sip:bo@x.example,a\n"), ("empty.csv", ""),
            ("lines.ndjson", "{\"SipAddress\":\"a\"\n{\"Odd\":1}\n"),
            ("bonds.csv", "Resource,Relation,Other\nana@x,friend,bo@x\n"),
            ("meetings.csv", "Organizer,Meetings\nana@x,many\n"),
            ("change.ldif", "dn: CN=Ana\nchangetype: modify\n"),
            ("url.ldif", "# a\ndn: CN=Ana\nphoto:< file:///etc/passwd\n"),
            ("base.ldif", "version: 1\n\ndn:: ***\n"),
        ])
        do {
            _ = try await deployment.seen()
            Issue.record("the files were taken")
        } catch let error as DeploymentError {
            expectGolden(
                error.description + "\n", "Tests/AdaptersTests/Goldens/inventory.diagnostics.txt",
                again: "swift test --filter InventoryTests")
        }
    }
}
