/// A line of an export: a record of a table, or an object of JSON Lines.

import Adapters
import Model

/// Its fields by the folded names of their columns.
struct InventoryRow {
    /// What is wrong with a line, and what to do.
    struct Fault: Error {
        var message: String
        var hint: String
    }

    enum Subject {
        case user
        case app
        case relation
        case client
        case policy
        case meetings
    }

    var columns: [String: Int]
    var texts: [String]
    /// `file:line`
    var place: String

    /// What the line is about, by its columns; nil where nobody knows.
    var subject: Subject? {
        func has(_ names: String...) -> Bool { names.allSatisfy { columns[$0] != nil } }
        if has("kind", "name", "pool") { return .app }
        if has("resource", "relation", "other") { return .relation }
        if has("sipaddress", "registrarpool") { return .user }
        if has("sipaddress", "client") { return .client }
        if has("sipaddress", "policy", "name") { return .policy }
        if has("organizer", "meetings") { return .meetings }
        return nil
    }

    init(columns: [String: Int], texts: [String], place: String) {
        self.columns = columns
        self.texts = texts
        self.place = place
    }

    /// Reads one flat object; null is an empty text, as PowerShell's CSV writes it, and a value that is
    /// an object or a list is passed over.
    init(json line: [UInt8], place: String) throws(JSONFault) {
        var reader = JSONReader(line)
        var names: [String] = []
        var texts: [String] = []
        try reader.object { (reader, name) throws(JSONFault) in
            let start = reader.offset
            var value = ""
            if line[start] == UInt8(ascii: "\"") {
                value = try reader.string()
            } else if try !reader.isNull() {
                try reader.skip()
                let bytes = line[start..<reader.offset]
                if bytes.first == UInt8(ascii: "{") || bytes.first == UInt8(ascii: "[") { return }
                value = String(decoding: bytes, as: UTF8.self)
            }
            names.append(Address.folded(name))
            texts.append(value)
        }
        try reader.endOfDocument()
        guard Set(names).count == names.count else {
            throw .unexpected(offset: 0, expected: "each member once")
        }
        columns = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        self.texts = texts
        self.place = place
    }

    /// A field without the blanks around it; nil where there is no such column.
    subscript(name: String) -> String? { columns[name].map { texts[$0].trimmed } }
}

extension InventoryRow {
    func add(to inventory: inout Inventory, _ directory: inout Directory) throws(Fault) {
        switch subject {
        case .user: inventory.add(try user(&inventory, &directory))
        case .app: try addApp(&inventory, &directory)
        case .relation: try addRelation(&inventory)
        case .client:
            count(
                .clients, try address("sipaddress"),
                ClientVersion.mustGoBack(self["version"] ?? "") ? 1 : 0, &inventory)
        case .policy:
            let isNamed = self["name"]?.isEmpty == false
            count(.policies, try address("sipaddress"), isNamed ? 1 : 0, &inventory)
        case .meetings: try addMeetings(&inventory)
        case nil: break
        }
    }

    private func count(
        _ what: Price.What, _ address: String, _ more: Int, _ inventory: inout Inventory
    ) {
        inventory.counts[what, default: [:]][address, default: 0] += more
    }

    private func address(_ column: String) throws(Fault) -> String {
        let address = Address.folded(Address.withoutScheme(self[column] ?? ""))
        guard !address.isEmpty else {
            throw Fault(message: "\(column) is empty", hint: "every line names somebody")
        }
        return address
    }

    private func record(_ id: ResourceID, home: Fact<Home>) -> InventoryRecord {
        let ownID: Fact<String> =
            switch (self["guid"], id.kind) {
            case (let guid?, _): guid.isEmpty ? .absent : .present(guid)
            case (nil, .user):
                .unknown(Gap(kind: .user, fact: "id", reason: "the file has no column Guid"))
            case (nil, _): .absent
            }
        var record = InventoryRecord(id: id, ownID: ownID, home: home, place: place)
        for (name, column) in columns where InventoryCatalog.attributes.contains(name) {
            record.attributes[name] = texts[column]
        }
        return record
    }

    private func user(
        _ inventory: inout Inventory, _ directory: inout Directory
    ) throws(Fault) -> InventoryRecord {
        let address = Address.withoutScheme(self["sipaddress"] ?? "")
        guard !address.isEmpty else {
            throw Fault(
                message: "SipAddress is empty",
                hint: "Get-CsUser lists only people who have an address: export it anew")
        }
        let id = ResourceID(kind: .user, name: address)
        var record = record(id, home: .absent)
        let pool = self["registrarpool"] ?? ""
        if pool.isEmpty || pool.hasPrefix("<") {
            record.home = .unknown(unnamed(pool))
            if let server = self["homeserver"], !server.isEmpty {
                directory.defer(
                    record, home: server, target: self["targetserverifmoving"] ?? "")
                inventory.note(.user)
            } else if pool.isEmpty, self["homeserver"] != nil {
                record.home = .absent
            }
            return record
        }
        let from = inventory.pool(pool)
        record.home = .present(.pool(from))
        if let target = self["targetregistrarpool"], !target.isEmpty,
            Address.folded(target) != Address.folded(from)
        {
            record.home = .present(.inFlight(from: from, to: inventory.pool(target)))
        }
        return record
    }

    /// Why a home that the export does not name is not taken for none.
    private func unnamed(_ pool: String) -> Gap {
        let reason =
            pool.isEmpty
            ? "RegistrarPool is empty, and the file has no HomeServer that says whether it is none"
            : "RegistrarPool is \(pool), which is no pool: add an LDIF of the directory"
        return Gap(kind: .user, fact: "home", reason: "\(reason) (\(place))")
    }

    private func addApp(
        _ inventory: inout Inventory, _ directory: inout Directory
    ) throws(Fault) {
        let word = self["kind"] ?? ""
        guard let kind = Kind(name: Address.folded(word)), kind.isApp else {
            throw Fault(
                message: "'\(word)' is no kind of app",
                hint: "docs/reference/resources.md has the kinds")
        }
        let name = Address.withoutScheme(self["name"] ?? "")
        let pool = self["pool"] ?? ""
        guard !name.isEmpty else {
            // A kind alone says that it was looked for; without one, it may have been left out.
            if pool.isEmpty { return inventory.note(kind) }
            throw Fault(message: "Name is empty", hint: "name the app: \(kind.name)/NAME")
        }
        let id = ResourceID(kind: kind, name: name)
        let home: Fact<Home> =
            pool.isEmpty ? .absent : .present(.pool(inventory.pool(pool)))
        inventory.add(record(id, home: home))
        if let address = self["address"], !address.isEmpty { directory.note(id, at: address) }
    }

    private func addRelation(_ inventory: inout Inventory) throws(Fault) {
        guard let bond = Relation.Bond(rawValue: Address.folded(self["relation"] ?? "")) else {
            let known = Relation.Bond.allCases.map(\.rawValue).joined(separator: ", ")
            throw Fault(
                message: "'\(self["relation"] ?? "")' is no relation",
                hint: "relations are \(known)")
        }
        inventory.relations = inventory.relations ?? []
        inventory.relations?.append(
            Relation(try resource("resource"), bond, of: try resource("other")))
    }

    private func resource(_ column: String) throws(Fault) -> ResourceID {
        let text = self[column] ?? ""
        if let id = ResourceID(text) { return id }
        return ResourceID(kind: .user, name: Address.withoutScheme(try address(column)))
    }

    private func addMeetings(_ inventory: inout Inventory) throws(Fault) {
        let organizer = try address("organizer")
        let text = self["meetings"] ?? ""
        guard let count = Int(text), count >= 0 else {
            throw Fault(
                message: "Meetings is '\(text)', not a count",
                hint: "leave the line out where nobody counted")
        }
        inventory.counts[.meetings, default: [:]][organizer, default: 0] += count
    }
}
