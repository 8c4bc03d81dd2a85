/// The little deployments that the cases start from.

import Model

extension AdapterFixture {
    package static let old = "ocs.north.example"
    package static let new = "lync.north.example"
    package static let third = "lync.south.example"

    static let ana = ResourceID(kind: .user, name: "Ana.Torres@north.example")
    /// Her name in another case.
    static let twin = ResourceID(kind: .user, name: "ANA.torres@north.example")
    static let bruno = ResourceID(kind: .user, name: "bruno@north.example")
    /// Everything that a careless adapter pastes into a command: quotes, a statement, a space.
    static let odd = ResourceID(kind: .user, name: "o'brien\"; DROP TABLE users; --@north.example")
    static let accented = ResourceID(kind: .user, name: "begoña@north.example")
    static let homeless = ResourceID(kind: .user, name: "nobody@north.example")
    static let sales = ResourceID(kind: .responseGroups, name: "north")
    static let number = ResourceID(kind: .accessNumber, name: "+34915550100")
    static let directory = ResourceID(kind: .conferenceDirectory, name: "10042")

    static let onOld = [ana, bruno, odd, accented, sales, number, directory]

    /// An older pool with people and one app of each kind, a newer one, and a third; one person has no
    /// pool.
    package static let twoPools: AdapterFixture = {
        var resources = onOld.enumerated().map { index, id in resource(id, index, on: old) }
        resources.append(resource(homeless, 90, on: nil))
        var fixture = AdapterFixture(
            pools: [
                EquippedPool(fqdn: old, product: .ocs2007r2),
                EquippedPool(fqdn: new, product: .lync2013),
                EquippedPool(fqdn: third, product: .lync2013),
            ], resources: resources)
        fixture.relations = [
            Relation(bruno, .delegate, of: ana), Relation(accented, .sharedLine, of: bruno),
        ]
        return fixture
    }()

    /// One of every kind that all products from Lync 2013 to Skype for Business 2015 have, on the older.
    static let everyKind: AdapterFixture = {
        let resources = Kind.allCases.filter { $0 != .videoSystem && $0 != .serviceAddress }
            .enumerated().map {
                index, kind in
                let name =
                    switch kind.grammar {
                    case .address: "number\(index)@north.example"
                    case .number: "\(10_000 + index)"
                    case .text: "Number \(index): a/b, 'c'"
                    }
                return resource(ResourceID(kind: kind, name: name), index, on: old)
            }
        return AdapterFixture(
            pools: [
                EquippedPool(fqdn: old, product: .lync2013),
                EquippedPool(fqdn: new, product: .sfb2015),
            ], resources: resources)
    }()

    static func resource(_ id: ResourceID, _ number: Int, on pool: String?) -> ObservedResource {
        let digits = String(number + 100)
        var resource = ObservedResource(
            id: id, ownID: .absent, home: pool.map { .present(.pool($0)) } ?? .absent)
        if id.kind == .user {
            resource.ownID = .present("00000000-0000-4000-8000-000000000\(digits)")
            resource.attributes = [
                "Department": number.isMultiple(of: 2) ? .present("Sales") : .absent
            ]
        }
        return resource
    }

    func with(_ change: (inout AdapterFixture) -> Void) -> AdapterFixture {
        var fixture = self
        change(&fixture)
        return fixture
    }

    func resource(_ id: ResourceID) throws -> ObservedResource {
        guard let found = resources.first(where: { $0.id == id }) else {
            throw BrokenPromise("no \(id) in the fixture of the case")
        }
        return found
    }
}
