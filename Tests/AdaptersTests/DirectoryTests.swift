/// LDIF of an Active Directory as `ldifde` writes it.

import AdapterInventory
import Adapters
import Foundation
import Model
import TestSupport
import Testing

@Suite struct DirectoryTests {
    private static let root = "CN=RTC Service,CN=Services,CN=Configuration,DC=contoso,DC=example"

    private static let pools = """
        version: 1

        # the configuration partition
        dn: CN=1:1,CN=Pools,\(root)
        objectClass: top
        objectClass: msRTCSIP-Pool
        dnsHostName: lync.contoso.example
        msRTCSIP-PoolVersion: 6

        dn: CN=ocs-mad,CN=Pools,\(root)
        objectClass: msRTCSIP-Pool
        dnsHostName: ocs.contoso.example
        msRTCSIP-PoolVersion: 4

        dn: CN={5F2A},CN=Application Contacts,\(root)
        objectClass: contact
        msRTCSIP-PrimaryUserAddress: sip:RtcApplication-5f2a@contoso.example
        msRTCSIP-PrimaryHomeServer: CN=Lc Services,CN=Microsoft,CN=1:1,CN=Pools,\(root)

        dn: CN=10042,CN=Conference Directories,\(root)
        objectClass: msRTCSIP-ConferenceDirectory
        msRTCSIP-ConferenceDirectoryId: 10042
        msRTCSIP-ConferenceDirectoryHomePool: CN=ocs-mad,CN=Pools,\(root)
        msRTCSIP-ConferenceDirectoryTargetPool: CN=1:1,CN=Pools,\(root)

        """

    private static let people = """
        dn: CN=Ana,OU=Sales,DC=contoso,DC=example
        objectClass: user
        objectGUID:: AQIDBAUGBwgJCgsMDQ4PEA==
        displayName:: QmVnb8OxYQ==
        department: Sal
         es
        msRTCSIP-UserEnabled: TRUE
        msRTCSIP-PrimaryUserAddress: sip:ana@contoso.example
        msRTCSIP-PrimaryHomeServer: CN=Lc Services, CN=Microsoft, CN=OCS-MAD, CN=Po
         ols, \(root)

        dn: CN=Bo,OU=Sales,DC=contoso,DC=example
        objectClass: user
        msRTCSIP-PrimaryUserAddress: sip:bo@contoso.example
        msRTCSIP-PrimaryHomeServer: CN=Lc Services,CN=Microsoft,CN=ocs-mad,CN=Pools,\(root)
        msRTCSIP-TargetHomeServer: CN=Lc Services,CN=Microsoft,CN=1:1,CN=Pools,\(root)

        dn: CN=Cleo,OU=Sales,DC=contoso,DC=example
        objectClass: user
        msRTCSIP-PrimaryUserAddress: sip:cleo@contoso.example

        dn: CN=Lobby,OU=Phones,DC=contoso,DC=example
        objectClass: contact
        msRTCSIP-PrimaryUserAddress: sip:lobby@contoso.example
        msRTCSIP-PrimaryHomeServer: CN=Lc Services,CN=Microsoft,CN=1:1,CN=Pools,\(root)

        dn: CN=Nobody,OU=Sales,DC=contoso,DC=example
        objectClass: user
        """

    @Test func `homes are named by the pool object two levels up`() async throws {
        let files = [(name: "people.ldif", text: Self.people), ("pools.ldif", Self.pools)]
        let seen = try await InventoryDeployment(files: files).seen(["DisplayName", "Department"])
        #expect(
            Array(seen.prefix(5)) == [
                "user/ana@contoso.example: ocs.contoso.example, DisplayName Begoña, Department Sales",
                "user/bo@contoso.example: ocs.contoso.example -> lync.contoso.example, DisplayName unknown, Department unknown",
                "user/cleo@contoso.example: no pool, DisplayName unknown, Department unknown",
                "application-endpoint/RtcApplication-5f2a@contoso.example: lync.contoso.example, DisplayName unknown, Department absent",
                "conference-directory/10042: ocs.contoso.example -> lync.contoso.example, DisplayName unknown, Department absent",
            ])
        #expect(
            seen.contains(
                "gap: the directory has contacts here that no file of apps lists by Address"))
    }

    @Test
    func
        `ids are those that the directory shows elsewhere, and products are told where they can be`()
        async throws
    {
        let files = [(name: "people.ldif", text: Self.people), ("pools.ldif", Self.pools)]
        try await InventoryDeployment(files: files).with { adapter in
            let page = try await adapter.observe(
                .everything(attributes: []), after: nil, limit: 10)
            #expect(
                page.homes.ownID(at: 0) == .present("04030201-0605-0807-090a-0b0c0d0e0f10"))
            let ocs = page.pools.first { $0.fqdn == "ocs.contoso.example" }
            #expect(ocs?.product == .present(.ocs2007r2))
            guard
                case .unknown = page.pools.first(where: { $0.fqdn != "ocs.contoso.example" })?
                    .product
            else {
                Issue.record("\(page.pools)")
                return
            }
        }
    }

    @Test func `a contact that the apps name is that app`() async throws {
        let apps = """
            Kind,Name,Pool,Address
            response-groups,madrid,ocs.contoso.example,sip:RtcApplication-5f2a@contoso.example
            common-area-phone,lobby@contoso.example,lync.contoso.example,sip:lobby@contoso.example
            """
        let seen = try await InventoryDeployment(files: [
            ("people.ldif", Self.people), ("pools.ldif", Self.pools), ("apps.csv", apps),
        ]).seen()
        #expect(
            seen.contains("response-groups/madrid: lync.contoso.example + ocs.contoso.example"))
        #expect(seen.contains("common-area-phone/lobby@contoso.example: lync.contoso.example"))
        #expect(!seen.contains { $0.hasPrefix("application-endpoint/") })
        #expect(!seen.contains { $0.hasPrefix("gap: the directory has contacts") })
    }

    @Test func `without the configuration partition homes are unknown, not none`() async throws {
        let seen = try await InventoryDeployment(files: [("people.ldif", Self.people)]).seen()
        #expect(seen[0].contains("unknown, no file has the pool object"))
    }
}
