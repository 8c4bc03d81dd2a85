/// The bare paths that `.ci/bench-kamailio` compares rehome with, and the observation alone.

import Foundation

/// `KamailioBench WHAT DATABASE-PORT SIP-PORT ...`, on a lab of `Tests/EndToEnd/Kamailio`. Each prints a
/// number: the seconds that it took.
@main
struct KamailioBench {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        guard words.count >= 3, let what = words.first,
            let ports = Ports(words.dropFirst().prefix(2).map { String($0) })
        else { throw Refusal("KamailioBench moves|observe|copy DATABASE-PORT SIP-PORT ...") }
        let more = words.dropFirst(3).map { String($0) }
        let clock = ContinuousClock()
        let began = clock.now
        let rows: Int
        switch (what, more.count) {
        case ("moves", 3):
            rows = try await BareMoves(ports, log: more[1], looks: more[2] == "looks").run(
                people: more[0])
        case ("observe", 0): rows = try await Observing.run(ports)
        case ("copy", 0): rows = try BareCopy.run(ports)
        default: throw Refusal("KamailioBench does not know \(what) with \(more.count) words more")
        }
        print(rows, (clock.now - began) / .seconds(1))
    }
}

/// Where the lab answers.
struct Ports: Sendable {
    var database: String
    var sip: UInt16

    init?(_ words: [String]) {
        guard words.count == 2, UInt16(words[0]) != nil, let sip = UInt16(words[1])
        else { return nil }
        database = words[0]
        self.sip = sip
    }

    /// A libpq connection string.
    func info(_ name: String) -> String {
        "host=127.0.0.1 port=\(database) user=kamailio dbname=\(name)"
    }
}

/// Something is not as this program needs it.
struct Refusal: Error {
    var message: String

    init(_ message: String) { self.message = message }
}
