/// What the columns of a seed mean, and how a line of it becomes a record.

import Model

/// What one line of a seed says.
enum SeedLine {
    case record(EstateRecord)
    case relation(Relation)
    /// So many more of something, of the user with this folded address.
    case count(Price.What, String, Int)
}

/// The header of one file. Names are compared without case; a column that nobody knows is skipped.
struct SeedHeader {
    struct Fault: Error {
        var message: String
        var column: Int?
        var hint = ""
    }

    /// What a file lists, told by its columns.
    enum Subject: CaseIterable {
        case apps
        case relations
        case clients
        case policies
        case meetings
        case users

        /// Columns that a file must have.
        var columns: [String] {
            switch self {
            case .users: ["SipAddress", "RegistrarPool"]
            case .apps: ["Kind", "Name", "Pool"]
            case .relations: ["Resource", "Relation", "Other"]
            case .clients: ["SipAddress", "Client", "Version"]
            case .policies: ["SipAddress", "Policy", "Name"]
            case .meetings: ["Organizer", "Meetings"]
            }
        }

        /// The column that no other file has.
        fileprivate var telling: String? {
            switch self {
            case .users: nil
            case .apps: "kind"
            case .relations: "relation"
            case .clients: "client"
            case .policies: "policy"
            case .meetings: "organizer"
            }
        }

        /// What a file counts.
        var what: Price.What? {
            switch self {
            case .clients: .clients
            case .policies: .policies
            case .meetings: .meetings
            case .users, .apps, .relations: nil
            }
        }
    }

    let names: [String]
    /// Which columns are read at all.
    let isUsed: [Bool]
    let subject: Subject
    let columnOf: [String: Int]
    /// Places in the catalog, and columns.
    private let attributes: [(place: Int, column: Int)]

    var width: Int { names.count }

    static func read(_ names: [String]) -> Result<SeedHeader, Fault> {
        var columnOf: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            let key = Address.folded(trimmed(name))
            if columnOf.updateValue(index, forKey: key) != nil {
                return .failure(Fault(message: "the column \(name) stands twice", column: index))
            }
        }
        let subject =
            Subject.allCases.first { $0.telling.map { columnOf[$0] != nil } ?? true } ?? .users
        for name in subject.columns where columnOf[Address.folded(name)] == nil {
            return .failure(Fault(message: "the file of \(subject) has no column \(name)"))
        }
        return .success(SeedHeader(names, subject, columnOf))
    }

    private init(_ names: [String], _ subject: Subject, _ columnOf: [String: Int]) {
        self.names = names
        self.subject = subject
        self.columnOf = columnOf
        attributes = EmbeddedCatalog.attributeNames.enumerated().compactMap { place, name in
            columnOf[Address.folded(name)].map { (place, $0) }
        }
        var isUsed = [Bool](repeating: false, count: names.count)
        for attribute in attributes { isUsed[attribute.column] = true }
        let own = ["guid", "targetregistrarpool", "meetings", "contacts"]
        for name in subject.columns.map(Address.folded) + own {
            if let column = columnOf[name] { isUsed[column] = true }
        }
        self.isUsed = isUsed
    }

    func line(of texts: [String]) -> Result<SeedLine, Fault> {
        switch subject {
        case .users: user(texts).map { .record($0) }
        case .apps: app(texts).map { .record($0) }
        case .relations, .clients, .policies, .meetings: fact(texts)
        }
    }

    private func user(_ texts: [String]) -> Result<EstateRecord, Fault> {
        let address = Address.withoutScheme(self["sipaddress", texts] ?? "")
        guard !address.isEmpty else {
            return .failure(
                Fault(
                    message: "SipAddress is empty", column: columnOf["sipaddress"],
                    hint: "Get-CsUser lists only people who have an address: export it anew"))
        }
        var record = base(ResourceID(kind: .user, name: address), texts, pool: "registrarpool")
        if let target = self["targetregistrarpool", texts], !target.isEmpty,
            let pool = record.pool, !EstateRules.same(pool, target)
        {
            record.former = pool
            record.pool = target
        }
        for (what, name) in [(Price.What.meetings, "Meetings"), (.contacts, "Contacts")] {
            guard let text = self[name.lowercased(), texts], !text.isEmpty else { continue }
            guard let count = Int(text), count >= 0 else {
                return .failure(
                    Fault(
                        message: "\(name) is \(text), not a count",
                        column: columnOf[name.lowercased()],
                        hint: "leave it empty where nobody counted"))
            }
            record.counts[what] = count
        }
        return .success(record)
    }

    private func app(_ texts: [String]) -> Result<EstateRecord, Fault> {
        let word = self["kind", texts] ?? ""
        guard let kind = Kind(name: Address.folded(word)), kind.isApp else {
            return .failure(
                Fault(
                    message: "\(word.isEmpty ? "an empty field" : word) is no kind of app",
                    column: columnOf["kind"],
                    hint: "kinds of apps are response-groups, access-number and the others of "
                        + "docs/reference/resources.md"))
        }
        let name = self["name", texts] ?? ""
        guard !name.isEmpty else {
            return .failure(
                Fault(
                    message: "Name is empty", column: columnOf["name"],
                    hint: "name the app as manifests shall: \(kind.name)/NAME"))
        }
        return .success(base(ResourceID(kind: kind, name: name), texts, pool: "pool"))
    }

    private func base(_ id: ResourceID, _ texts: [String], pool: String) -> EstateRecord {
        let home = self[pool, texts] ?? ""
        let ownID: Fact<String>
        if let guid = self["guid", texts] {
            ownID = guid.isEmpty ? .absent : .present(guid)
        } else if id.kind == .user {
            ownID = .unknown(Gap(kind: .user, fact: "id", reason: SQLiteEstate.noID))
        } else {
            ownID = .absent
        }
        var record = EstateRecord(id: id, ownID: ownID, pool: home.isEmpty ? nil : home)
        for (place, column) in attributes { record.attributes[at: place] = texts[column] }
        return record
    }

    /// A field without the spaces around it, by the folded name of its column; nil when there is none.
    subscript(name: String, texts: [String]) -> String? {
        columnOf[name].map { Self.trimmed(texts[$0]) }
    }

    private static func trimmed(_ text: String) -> String {
        guard text.utf8.first == 0x20 || text.utf8.last == 0x20 else { return text }
        let start = text.drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
