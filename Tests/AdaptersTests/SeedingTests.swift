/// Exports as the field makes them, read into an estate.

import AdapterEmbedded
import Adapters
import Conformance
import Foundation
import Model
import TestSupport
import Testing

@Suite struct SeedingTests {
    private static let now = Instant(millisecondsSince1970: 1_790_000_000_000)

    private func seeded(
        _ files: [(String, Data)], moveTakes: Duration = .zero
    ) async throws -> MemoryEstate {
        try await withTemporaryFolder { folder in
            var seeds: [Seed] = []
            for (name, data) in files {
                let url = folder.appending(path: name)
                try data.write(to: url)
                seeds.append(Seed(url: url, path: name, location: nil))
            }
            var estate = MemoryEstate()
            estate.put(EstatePool(fqdn: "OCS.north.example", product: .ocs2007r2))
            var seeding = Seeding(now: Self.now, moveTakes: moveTakes)
            try seeding.run(seeds, into: &estate)
            return estate
        }
    }

    private func seeded(_ text: String) async throws -> MemoryEstate {
        try await seeded([("users.csv", Data(text.utf8))])
    }

    /// The same person, however PowerShell writes him.
    @Test(arguments: [
        // PowerShell 5: type line, everything quoted, CRLF.
        "#TYPE Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser\r\n\"Identity\",\"SipAddress\",\"RegistrarPool\",\"Enabled\",\"Guid\",\"LineURI\"\r\n\"CN=Ana \"\"Nita\"\" Torres,OU=Sales\",\"SIP:Ana.Torres@north.example\",\"ocs.north.example\",\"True\",\"a-1\",\"\"\r\n",
        // PowerShell 7: no type line, quotes only where needed, LF.
        "Identity,SipAddress,RegistrarPool,Enabled,Guid,LineURI\n\"CN=Ana \"\"Nita\"\" Torres,OU=Sales\",sip:Ana.Torres@north.example,ocs.north.example,True,a-1,\n",
        // Other order, other case, a column that nobody knows, no line end at the end.
        "REGISTRARPOOL,Oddity,guid,sipaddress,ENABLED,lineuri,identity\nocs.north.example,\"a\nb\",a-1,sip:Ana.Torres@north.example,True,,\"CN=Ana \"\"Nita\"\" Torres,OU=Sales\"",
        // -UseCulture in much of Europe.
        "Identity;SipAddress;RegistrarPool;Enabled;Guid;LineURI\r\n\"CN=Ana \"\"Nita\"\" Torres,OU=Sales\";sip:Ana.Torres@north.example;ocs.north.example;True;a-1;\r\n",
    ])
    func `an export is the same people in every dialect`(text: String) async throws {
        for data in [
            Data(text.utf8), Data([0xEF, 0xBB, 0xBF]) + Data(text.utf8),
            Self.utf16(text, mark: true), Self.utf16(text, mark: false),
        ] {
            let records = try await seeded([("users.csv", data)]).records
            let expected = EstateRecord(
                row: 1, id: ResourceID(kind: .user, name: "Ana.Torres@north.example"),
                ownID: .present("a-1"), pool: "OCS.north.example",
                attributes: [
                    "Identity": "CN=Ana \"Nita\" Torres,OU=Sales", "Enabled": "True",
                    "LineURI": "",
                ])
            #expect(records == [expected])
        }
    }

    private static func utf16(_ text: String, mark: Bool) -> Data {
        var data = mark ? Data([0xFF, 0xFE]) : Data()
        for unit in text.utf16 {
            data.append(UInt8(truncatingIfNeeded: unit))
            data.append(UInt8(truncatingIfNeeded: unit >> 8))
        }
        return data
    }

    @Test func `accents, apostrophes and spaces inside a field stay as they are`() async throws {
        let estate = try await seeded(
            "SipAddress,RegistrarPool,DisplayName\n"
                + "sip:begoña.o'neill@north.example,ocs.north.example, Begoña O'Neill \n")
        #expect(estate.records[0].id.name == "begoña.o'neill@north.example")
        #expect(estate.records[0].attributes["DisplayName"] == " Begoña O'Neill ")
    }

    @Test func `a column that is not there is unread, an empty field is absent`() async throws {
        let estate = try await seeded(
            "SipAddress,RegistrarPool,Department\nsip:a@x,,\nsip:b@x,lync.other.example,Sales\n")
        #expect(estate.attribute("Department", of: 1) == .absent)
        #expect(estate.attribute("Department", of: 2) == .present("Sales"))
        guard case .unknown = estate.attribute("Title", of: 1),
            case .unknown = estate.records[0].ownID
        else {
            Issue.record("\(estate.records[0])")
            return
        }
        #expect(estate.records[0].pool == nil)
        #expect(estate.pool("lync.other.example")?.product == .some(nil))
        #expect(estate.unread().contains { $0.fact == "Title" })
        #expect(!estate.unread().contains { $0.fact == "Department" || $0.fact == "Address" })
    }

    @Test func `two records that fold to one address are both kept`() async throws {
        let estate = try await seeded(
            "SipAddress,RegistrarPool\nsip:ana@x,ocs.north.example\nSIP:ANA@x,ocs.north.example\n")
        #expect(estate.records(named: ResourceID(kind: .user, name: "Ana@x")).count == 2)
    }

    @Test func `a move that the export shows under way arrives by the estate's clock`() async throws
    {
        let file =
            "SipAddress,RegistrarPool,TargetRegistrarPool\n"
            + "sip:ana@x,ocs.north.example,lync.north.example\n"
        let estate = try await seeded([("users.csv", Data(file.utf8))], moveTakes: .seconds(300))
        let record = estate.records[0]
        #expect(
            record.home(at: Self.now)
                == .present(.inFlight(from: "OCS.north.example", to: "lync.north.example")))
        #expect(record.home(at: Self.now + .seconds(300)) == .present(.pool("lync.north.example")))
    }

    @Test func `apps come from a file of their own`() async throws {
        let apps = """
            Kind,Name,Pool,DisplayName,Address,From,To,Detail
            response-groups,madrid,ocs.north.example,Madrid,,,,12 groups
            access-number,+34915550100,ocs.north.example,"Madrid, main",sip:number@x,,,
            Conference-Directory,10042,ocs.north.example,,,,,
            """
        let estate = try await seeded([("apps.csv", Data(apps.utf8))])
        #expect(
            estate.records.map(\.id.description) == [
                "response-groups/madrid", "access-number/+34915550100",
                "conference-directory/10042",
            ])
        #expect(estate.attribute("DisplayName", of: 2) == .present("Madrid, main"))
        #expect(estate.attribute("Detail", of: 1) == .present("12 groups"))
        #expect(estate.attribute("Department", of: 1) == .absent)
        #expect(estate.records[0].ownID == .absent)
        #expect(estate.unread().isEmpty)
    }

    @Test func `everything that is wrong is said together, with its place`() async throws {
        let users = """
            SipAddress,RegistrarPool,Meetings
            sip:ana@x,ocs.north.example,many
            sip:bruno@x,ocs.north.example
            ,ocs.north.example,
            "sip:carla"x,ocs.north.example,
            """
        let apps = "Kind,Name,Pool\nresponse-group,madrid,ocs.north.example\naccess-number,,x\n"
        do {
            _ = try await seeded([
                ("users.csv", Data(users.utf8)), ("apps.csv", Data(apps.utf8)),
                ("odd.csv", Data("Name,Mail\na,b\n".utf8)), ("empty.csv", Data()),
                ("latin.csv", Data("SipAddress,RegistrarPool\n".utf8) + Data([0xE9, 0x2C, 0x0A])),
                ("twice.csv", Data("SipAddress,RegistrarPool,sipaddress\n".utf8)),
            ])
            Issue.record("the seeds were taken")
        } catch let error as DeploymentError {
            expectGolden(
                error.description + "\n", "Tests/AdaptersTests/Goldens/seeds.diagnostics.txt",
                again: "swift test --filter SeedingTests")
        }
    }
}

/// Tables of what people have and to whom they are bound.
@Suite struct SeedFactTests {
    private static let users =
        "SipAddress,RegistrarPool\nana@x.example,a.example\nbo@x.example,a.example\n"

    /// What both stores say after the same seeds.
    private func seeded(_ files: String...) async throws -> (memory: Page, file: Page) {
        try await withTemporaryFolder { folder in
            let seeds = try files.enumerated().map { number, text in
                let url = folder.appending(path: "\(number).csv")
                try Data(text.utf8).write(to: url)
                return Seed(url: url, path: "\(number).csv", location: nil)
            }
            var estate = MemoryEstate()
            var seeding = Seeding(now: Instant(millisecondsSince1970: 0), moveTakes: .zero)
            try seeding.run(seeds, into: &estate)
            let now = Instant(millisecondsSince1970: 0)
            let memory = try await MemoryAdapter(estate, clock: { now }).observe(
                .everything(attributes: []), after: nil, limit: 10)
            var deployment = Deployment(folder: folder)
            for (number, text) in files.enumerated() {
                deployment.seeds.append((name: "\(number).csv", text: text))
            }
            var file: Page?
            try await deployment.with { adapter in
                file = try await adapter.observe(
                    .everything(attributes: []), after: nil, limit: 10)
            }
            return (memory, try #require(file))
        }
    }

    @Test func `what is listed counts, who is not listed has none`() async throws {
        let pages = try await seeded(
            // The tables may come before the people whom they are about.
            "SipAddress,Client,Version\nsip:ANA@x.example,OC,15.0\nana@x.example,OC,3.5.1\ngone@x.example,OC,16\n",
            "Organizer,Meetings\nbo@x.example,12\n",
            "SipAddress,Policy,Name\nana@x.example,VoicePolicy,Madrid\nana@x.example,PinPolicy,\n",
            "Resource,Relation,Other\nAna@x.example,shared-line,user/bo@x.example\n", Self.users)
        for page in [pages.memory, pages.file] {
            func counts(_ what: Price.What) -> [Fact<Int>] {
                (0..<page.homes.count).map { page.homes.count(of: what, at: $0) }
            }
            #expect(counts(.clients) == [.present(1), .present(0)])
            #expect(counts(.meetings) == [.present(0), .present(12)])
            #expect(counts(.policies) == [.present(1), .present(0)])
            let bond = try #require(page.relations.first)
            #expect(bond.resource.folded(by: .whole).name == "ana@x.example")
            #expect(bond.bond == .sharedLine && bond.other.name == "bo@x.example")
            #expect(page.relations.count == 1)
            #expect(!page.gaps.contains { $0.fact == "relations" })
        }
    }

    @Test func `what no table tells is unknown, and an empty table says that there is none`()
        async throws
    {
        let pages = try await seeded(Self.users)
        for page in [pages.memory, pages.file] {
            #expect(page.gaps.contains { $0.fact == "relations" })
            guard case .unknown = page.homes.count(of: .clients, at: 0) else {
                Issue.record("clients were never counted")
                return
            }
        }
        let told = try await seeded(Self.users, "Resource,Relation,Other\n", "Organizer,Meetings\n")
        for page in [told.memory, told.file] {
            #expect(page.relations.isEmpty && !page.gaps.contains { $0.fact == "relations" })
            #expect(page.homes.count(of: .meetings, at: 1) == .present(0))
        }
    }
}

/// The exports that the repository shows its readers.
@Suite struct ContosoSeedTests {
    @Test(arguments: ["madrid", "barcelona"])
    func `the exports of contoso are taken whole`(site: String) throws {
        let folder = Repository.root.appending(path: "manifests/contoso/inventory")
        let seeds = try Repository.names(in: "manifests/contoso/inventory")
            .filter { $0.hasPrefix(site) }
            .map { Seed(url: folder.appending(path: $0), path: $0, location: nil) }
        var estate = MemoryEstate()
        var seeding = Seeding(now: Instant(millisecondsSince1970: 0), moveTakes: .zero)
        try seeding.run(seeds, into: &estate)
        let kinds = Dictionary(grouping: estate.records, by: \.id.kind).mapValues(\.count)
        #expect((kinds[.user] ?? 0) > 1000)
        #expect(kinds[.responseGroups] ?? 0 > 0)
        #expect(kinds[.accessNumber] ?? 0 > 0)
        #expect(estate.records.contains { $0.pool == nil })
        #expect(estate.relations() != nil)
    }
}
