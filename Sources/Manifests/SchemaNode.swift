/// Keywords of a JSON Schema, in the order in which they are written.

/// A part of the schema. Parts for different types of value are added up to one that takes either, because
/// each keyword looks at values of one type only.
struct SchemaNode: Sendable {
    /// What YAML may make of a text without quotes.
    static let scalars = ["string", "number", "boolean"]

    private var members: [JSONTree.Member] = []

    init() {}

    init(types: [String]) { self["type"] = Self.type(types) }

    static func reference(_ definition: String) -> SchemaNode {
        ["$ref": .text("#/definitions/\(definition)")]
    }

    static func spelled(_ spelling: Spelling, _ types: [String]) -> SchemaNode {
        // The last is what editors of YAML show instead of the pattern; validators pass it over.
        [
            "type": type(types), "pattern": .text(spelling.pattern),
            "patternErrorMessage": .text(spelling.hint),
        ]
    }

    /// A number, also in quotes: the key decides what a value is.
    static func number(
        _ type: String, _ spelling: Spelling, _ least: Int, _ most: Int
    ) -> SchemaNode {
        var node = spelled(spelling, [type, "string"])
        node["minimum"] = .number(least)
        node["maximum"] = .number(most)
        return node
    }

    private static func type(_ types: [String]) -> JSONTree {
        types.count == 1 ? .text(types[0]) : .words(types)
    }

    var tree: JSONTree { .object(members) }

    subscript(keyword: String) -> JSONTree? {
        get { members.first { $0.key == keyword }?.value }
        set {
            let index = members.firstIndex { $0.key == keyword }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (nil, let value?): members.append(.init(keyword, value))
            case (let index?, nil): members.remove(at: index)
            case (nil, nil): break
            }
        }
    }

    /// Takes what the other part takes, too.
    mutating func add(_ other: SchemaNode) {
        for member in other.members {
            guard let present = self[member.key] else {
                members.append(member)
                continue
            }
            precondition(member.key == "type", "\(member.key) would mean two things")
            self["type"] = .list(present.items + member.value.items)
        }
    }

    func adding(_ other: SchemaNode) -> SchemaNode {
        var sum = self
        sum.add(other)
        return sum
    }
}

extension SchemaNode: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral keywords: (String, JSONTree)...) {
        members = keywords.map { JSONTree.Member($0.0, $0.1) }
    }
}
