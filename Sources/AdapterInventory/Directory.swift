/// What an LDIF of Active Directory says: pools by their DN, people, contacts and conference directories.

import Adapters
import Foundation
import Model

/// Gathers entries, and names pools once all files are read: the pool objects stand in the configuration
/// partition, which may be another file. Attributes: `docs/reference/inventory.md`.
struct Directory {
    /// By folded DN.
    private var fqdns: [String: (fqdn: String, product: Product?)] = [:]
    /// Records whose home is a DN.
    private var waiting: [Waiting] = []
    /// Apps by the folded address of their contact.
    private var appsByAddress: [String: ResourceID] = [:]

    private struct Waiting {
        var record: InventoryRecord
        var home: String
        var target: String
        /// Whether the record is a contact that another file may name as an app.
        var contact: Contact?
    }

    private enum Contact {
        /// Under `CN=Application Contacts`.
        case application
        /// In an ordinary OU: a phone, a device or a voice mail contact.
        case other
    }

    /// A record of another export whose home is only given as a DN.
    mutating func `defer`(_ record: InventoryRecord, home: String, target: String) {
        waiting.append(Waiting(record: record, home: home, target: target, contact: nil))
    }

    /// Remembers the contact of an app that another export lists.
    mutating func note(_ id: ResourceID, at address: String) {
        appsByAddress[Address.folded(address)] = id
    }

    mutating func take(_ entry: LDIFReader.Entry, place: String) {
        if entry.has("objectclass", "msrtcsip-pool") {
            guard let fqdn = entry["dnshostname"]?.trimmed, !fqdn.isEmpty else { return }
            fqdns[Self.folded(entry.dn)] = (fqdn, Self.product(entry["msrtcsip-poolversion"]))
        } else if let number = entry["msrtcsip-conferencedirectoryid"]?.trimmed {
            let id = ResourceID(kind: .conferenceDirectory, name: number)
            waiting.append(
                Waiting(
                    record: InventoryRecord(
                        id: id, ownID: .absent, home: .absent, place: place),
                    home: entry["msrtcsip-conferencedirectoryhomepool"] ?? "",
                    target: entry["msrtcsip-conferencedirectorytargetpool"] ?? ""))
        } else if let address = entry["msrtcsip-primaryuseraddress"]?.trimmed, !address.isEmpty {
            waiting.append(Self.account(entry, Address.withoutScheme(address), place))
        }
    }

    private static func account(
        _ entry: LDIFReader.Entry, _ address: String, _ place: String
    ) -> Waiting {
        let isContact = entry.has("objectclass", "contact")
        let isApplication = folded(entry.dn).contains(",cn=application contacts,")
        let id = ResourceID(kind: isContact ? .applicationEndpoint : .user, name: address)
        var record = InventoryRecord(id: id, ownID: ownID(entry), home: .absent, place: place)
        for (name, attribute) in attributeNames where !isContact {
            if let text = entry[attribute] { record.attributes[name] = text }
        }
        if let enabled = entry["msrtcsip-userenabled"], !isContact {
            record.attributes["enabled"] = enabled.lowercased() == "true" ? "True" : "False"
        }
        return Waiting(
            record: record, home: entry["msrtcsip-primaryhomeserver"] ?? "",
            target: entry["msrtcsip-targethomeserver"] ?? "",
            contact: isContact ? (isApplication ? .application : .other) : nil)
    }

    /// Attributes to select by, and what the directory calls them.
    private static let attributeNames = [
        "displayname": "displayname", "department": "department", "company": "company",
        "office": "physicaldeliveryofficename", "city": "l", "country": "co", "title": "title",
        "samaccountname": "samaccountname", "userprincipalname": "userprincipalname",
        "lineuri": "msrtcsip-line", "lineserveruri": "msrtcsip-lineserver",
        "hostingprovider": "msrtcsip-deploymentlocator",
    ]

    /// The text of an `objectGUID`: its first three parts are written low byte first.
    private static func ownID(_ entry: LDIFReader.Entry) -> Fact<String> {
        let unread = Gap(fact: "id", reason: "the entry has no objectGUID")
        guard let bytes = entry.attributes.first(where: { $0.name == "objectguid" })?.value else {
            return .unknown(unread)
        }
        guard bytes.count == 16 else {
            let text = String(decoding: bytes, as: UTF8.self)
            return text.isEmpty ? .unknown(unread) : .present(text.trimmed)
        }
        let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
        let digits = order.map { index in
            let text = String(bytes[index], radix: 16)
            return (text.count == 1 ? "0" : "") + text
        }
        let parts = [digits[..<4], digits[4..<6], digits[6..<8], digits[8..<10], digits[10...]]
        return .present(parts.map { $0.joined() }.joined(separator: "-"))
    }

    /// `msRTCSIP-PoolVersion`; later products are not told apart by it.
    private static func product(_ version: String?) -> Product? {
        switch version?.trimmed {
        case "4": .ocs2007r2
        case "5": .lync2010
        default: nil
        }
    }

    /// DNs are compared without case, and without blanks behind commas.
    private static func folded(_ dn: String) -> String {
        Address.folded(dn).replacing(", ", with: ",")
    }
}

extension Directory {
    /// Adds all that was gathered, every home named by the FQDN of its pool.
    mutating func resolve(into inventory: inout Inventory) {
        for (_, pool) in fqdns.sorted(by: { $0.key < $1.key }) {
            inventory.pool(pool.fqdn, product: pool.product)
        }
        for entry in waiting {
            var record = entry.record
            record.home = home(entry, &inventory)
            if entry.contact != nil {
                if let app = appsByAddress[Address.folded(record.id.name)] {
                    record.id = app
                    record.ownID = .absent
                } else if entry.contact == .other {
                    noteUnclear(record, &inventory)
                    continue
                }
            }
            inventory.add(record)
        }
    }

    private func home(_ entry: Waiting, _ inventory: inout Inventory) -> Fact<Home> {
        guard !entry.home.isEmpty else { return .absent }
        guard let home = fqdn(of: entry.home) else { return .unknown(lost(entry, entry.home)) }
        let from = inventory.pool(home)
        guard !entry.target.isEmpty, Self.folded(entry.target) != Self.folded(entry.home) else {
            return .present(.pool(from))
        }
        guard let target = fqdn(of: entry.target) else {
            return .unknown(lost(entry, entry.target))
        }
        return .present(.inFlight(from: from, to: inventory.pool(target)))
    }

    private func lost(_ entry: Waiting, _ dn: String) -> Gap {
        Gap(
            kind: entry.record.id.kind, fact: "home",
            reason: "no file has the pool object of \(dn): export the configuration partition "
                + "(\(entry.record.place))")
    }

    /// The DN of a pool, or of the `Lc Services` object two levels below it.
    private func fqdn(of dn: String) -> String? {
        let folded = Self.folded(dn)
        if let pool = fqdns[folded] { return pool.fqdn }
        let service = "cn=lc services,cn=microsoft,"
        guard folded.hasPrefix(service) else { return nil }
        return fqdns[String(folded.dropFirst(service.count))]?.fqdn
    }

    /// A contact in an OU is a phone, a device or a voice mail contact; which, nothing here says.
    private func noteUnclear(_ record: InventoryRecord, _ inventory: inout Inventory) {
        guard case .present(.pool(let pool)) = record.home else { return }
        for kind in [Kind.commonAreaPhone, .analogDevice, .umContact] {
            let gap = Gap(
                pool: pool, kind: kind,
                reason: "the directory has contacts here that no file of apps lists by Address")
            if !inventory.unclear.contains(gap) { inventory.unclear.append(gap) }
        }
    }
}
