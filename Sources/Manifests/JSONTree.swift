/// A small JSON document, put together before it is written.

import Model

/// A JSON value whose members keep their order.
indirect enum JSONTree: Hashable, Sendable {
    struct Member: Hashable, Sendable {
        var key: String
        var value: JSONTree

        init(_ key: String, _ value: JSONTree) {
            self.key = key
            self.value = value
        }
    }

    case text(String)
    case number(Double)
    case flag(Bool)
    case list([JSONTree])
    case object([Member])

    static func words(_ words: [String]) -> JSONTree { .list(words.map(JSONTree.text)) }

    static func number(_ number: Int) -> JSONTree { .number(Double(number)) }

    /// Of a list; anything else is a list of one.
    var items: [JSONTree] { if case .list(let items) = self { items } else { [self] } }

    /// What is short lies on one line.
    func write(to writer: inout JSONWriter) {
        let spread: JSONWriter.Spread = width <= 90 ? .line : .block
        switch self {
        case .text(let text): writer.value(text)
        case .number(let number): writer.value(number)
        case .flag(let flag): writer.value(flag)
        case .list(let items):
            writer.array(spread) { writer in
                for item in items { item.write(to: &writer) }
            }
        case .object(let members):
            writer.object(spread) { writer in
                for member in members {
                    writer.key(text: member.key)
                    member.value.write(to: &writer)
                }
            }
        }
    }

    /// About how long it is on one line.
    private var width: Int {
        switch self {
        case .text(let text): text.utf8.count + 2
        case .number, .flag: 6
        case .list(let items): items.reduce(2) { $0 + $1.width + 2 }
        case .object(let members):
            members.reduce(2) { $0 + $1.value.width + $1.key.utf8.count + 6 }
        }
    }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral text: String) { self = .text(text) }
    init(booleanLiteral flag: Bool) { self = .flag(flag) }
    init(integerLiteral number: Int) { self = .number(Double(number)) }
    init(arrayLiteral items: JSONTree...) { self = .list(items) }
    init(dictionaryLiteral members: (String, JSONTree)...) {
        self = .object(members.map { Member($0.0, $0.1) })
    }
}
