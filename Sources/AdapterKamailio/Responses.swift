/// What Kamailio answers to the methods that are called, decoded. It writes some keys in capitals and some
/// not: all are read in small letters (`SmallKey`).

import Foundation

/// A key of an answer, whatever its case.
struct SmallKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue.lowercased() }

    init?(intValue: Int) { nil }
}

/// `dispatcher.list`
struct DispatcherList: Decodable, Sendable {
    var sets: [Set]

    struct Set: Sendable {
        var id: Int
        var members: [Member]
    }

    struct Member: Hashable, Sendable {
        /// As the table has it: `sip:127.0.0.11:5060`.
        var uri: String
        var state: MemberState
    }

    private struct Record: Decodable {
        var set: Body

        struct Body: Decodable {
            var id: Int
            var targets: [Target]
        }

        struct Target: Decodable {
            var dest: Destination
        }

        struct Destination: Decodable {
            var uri: String
            var flags: String
        }
    }

    private enum Key: String, CodingKey {
        case records
    }

    init(from decoder: any Decoder) throws {
        let records = try decoder.container(keyedBy: Key.self).decode(
            [Record].self, forKey: .records)
        sets = records.map { record in
            Set(
                id: record.set.id,
                members: record.set.targets.map {
                    Member(uri: $0.dest.uri, state: MemberState(flags: $0.dest.flags))
                })
        }
    }
}

/// How a member of a dispatcher set is, by the first letter of its flags (dispatcher README, RPC
/// `dispatcher.list`); the second says whether it is pinged.
enum MemberState: String, Hashable, Sendable {
    case active
    /// It did not answer so many pings.
    case inactive
    /// It missed one, and is still sent to.
    case trying
    /// Somebody took it out, in the table or by RPC.
    case disabled
    case unknown

    init(flags: String) {
        self =
            switch flags.first {
            case "A": .active
            case "I": .inactive
            case "T": .trying
            case "D": .disabled
            default: .unknown
            }
    }

    /// Whether requests are sent to it.
    var takesRequests: Bool { self == .active || self == .trying }
}

/// `dialplan.dump`
struct DialplanDump: Decodable, Sendable {
    var entries: [Entry]

    struct Entry: Hashable, Sendable {
        var priority: Int
        var operation: Int
        var expression: String
        var attributes: String
    }

    private struct Record: Decodable {
        var entry: Body

        struct Body: Decodable {
            var prio: Int
            var matchop: Int
            var matchexp: String?
            var attrs: String?
        }
    }

    private enum Key: String, CodingKey {
        case entries
    }

    init(from decoder: any Decoder) throws {
        let records = try decoder.container(keyedBy: Key.self).decode(
            [Record].self, forKey: .entries)
        entries = records.map {
            Entry(
                priority: $0.entry.prio, operation: $0.entry.matchop,
                expression: $0.entry.matchexp ?? "", attributes: $0.entry.attrs ?? "")
        }
    }
}

/// `htable.get`: a value that the module loaded is a text, one that was set by RPC a number.
struct CachedHome: Decodable, Sendable {
    var set: String

    private enum Key: String, CodingKey {
        case item, value
    }

    init(from decoder: any Decoder) throws {
        let item = try decoder.container(keyedBy: Key.self).nestedContainer(
            keyedBy: Key.self, forKey: .item)
        if let number = try? item.decode(Int.self, forKey: .value) {
            set = "\(number)"
        } else {
            set = try item.decode(String.self, forKey: .value)
        }
    }
}

/// What a method answers whose answer says nothing.
struct Anything: Decodable, Sendable {
    init(from decoder: any Decoder) throws {}
}
