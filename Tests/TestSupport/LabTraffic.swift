/// People of the Kamailio lab who are reached and who call each other, played by SIPp.

import Foundation

extension KamailioLab {
    package enum Traffic: String, Sendable {
        case messages, calls
    }

    /// How requests ended, of which anything but success is a failure.
    package struct Counts: Hashable, Sendable {
        package let succeeded: Int
        package let failed: Int

        package init(succeeded: Int, failed: Int) {
            self.succeeded = succeeded
            self.failed = failed
        }

        /// Reads `messages: 100 succeeded, 0 failed`.
        init?(_ line: some StringProtocol) {
            let words = line.split(separator: " ")
            guard words.count == 5, let succeeded = Int(words[1]), let failed = Int(words[3])
            else { return nil }
            self.init(succeeded: succeeded, failed: failed)
        }
    }

    /// Registers devices of people, by user part; they answer messages and calls until the lab ends.
    @discardableResult
    package func register(_ people: [String], through front: Server = .front) throws -> Counts {
        let file = folder.appending(path: "people")
        try Data(people.map { Self.escaped($0) + "\n" }.joined().utf8).write(to: file)
        return try traffic(["devices", file.path, folder.path], ["FRONT": front.host])
    }

    /// Lets those who are registered send or call, so many times in a second, until `end`.
    package func begin(
        _ traffic: Traffic, rate: Int, through front: Server = .front
    ) throws {
        try Self.script(
            "traffic", [traffic.rawValue, "\(rate)", folder.path], ["FRONT": front.host])
    }

    /// Waits for what is open, and counts all.
    package func end(_ traffic: Traffic) throws -> Counts {
        try self.traffic(["end", traffic.rawValue, folder.path], [:])
    }

    /// So many, from the first to the last answer.
    package func run(
        _ traffic: Traffic, count: Int, rate: Int, through front: Server = .front
    ) throws -> Counts {
        try self.traffic(
            [traffic.rawValue, "\(rate)", folder.path],
            ["COUNT": "\(count)", "FRONT": front.host])
    }

    /// What came that was not expected, for who is surprised by failures.
    package func errors(of traffic: Traffic) -> String {
        let file = folder.appending(path: "log/\(traffic.rawValue).errors")
        return String(((try? String(contentsOf: file, encoding: .utf8)) ?? "").prefix(2000))
    }

    /// A script that ends with 1 because of failures still counts.
    private func traffic(
        _ arguments: [String], _ environment: [String: String]
    ) throws -> Counts {
        do {
            return try Self.counts(in: Self.script("traffic", arguments, environment))
        } catch let failure as Failure {
            return try Self.counts(in: failure.description)
        }
    }

    private static func counts(in output: String) throws -> Counts {
        let lines = output.split(separator: "\n")
        guard let counts = lines.lazy.compactMap({ Counts($0) }).last else {
            throw Failure(description: output)
        }
        return counts
    }

    /// A user part as it stands in a SIP URI (RFC 3261 25.1).
    package static func escaped(_ user: String) -> String {
        user.utf8.map { byte in
            let isPlain =
                byte < 128
                && (Character(UnicodeScalar(byte)).isLetter
                    || Character(UnicodeScalar(byte)).isNumber
                    || "-_.!~*'()&=+$,;?/".utf8.contains(byte))
            return isPlain
                ? String(UnicodeScalar(byte))
                : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
