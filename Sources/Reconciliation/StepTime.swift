/// How long a step takes on a connection, and who says so.

import Ledgers
import Model

struct StepTime: Hashable, Sendable {
    enum Basis: Hashable, Sendable {
        /// The median of earlier batches.
        case measured(steps: Int, batches: Int)
        /// `limits.rate` of the connection.
        case declared
        case assumed
    }

    var each: Duration
    var basis: Basis

    /// What is taken where nobody knows better.
    static let guess = StepTime(each: .seconds(1), basis: .assumed)

    /// A sentence for whoever reads the rehearsal.
    func words(on connection: Connection) -> String {
        let time = Self.words(each)
        switch basis {
        case .measured(let steps, let batches):
            return
                "a step on \(connection.name) takes \(time): the median of \(batches) batches, \(steps) steps, in the ledger"
        case .declared:
            return "a step on \(connection.name) takes \(time), as its limits.rate says"
        case .assumed:
            return
                "nobody knows how long a step on \(connection.name) takes: \(time) is assumed (declare limits.rate at \(connection.location), or rehearse again after a pilot)"
        }
    }

    private static func words(_ span: Duration) -> String {
        let milliseconds = max(1, span.milliseconds)
        guard milliseconds >= 1000 else { return "\(milliseconds) ms" }
        let tenths = (milliseconds + 50) / 100
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}

extension StepTime {
    /// How many of the last runs are looked at, and how many batches of each connection are enough.
    private static let runsMax = 20
    private static let batchesEnough = 200

    /// The times of all connections: measured where the ledger has moves that succeeded, else declared.
    ///
    /// - Parameters:
    ///   - connections: Of the estate.
    ///   - capabilities: For how long a move takes to show, which is no work.
    ///   - ledger: Nil where there is none at hand.
    /// - Throws: What the ledger throws.
    /// - Returns: One for each connection, by its name.
    static func times(
        of connections: [Connection], able capabilities: [String: Capabilities],
        from ledger: (any Ledger)?
    ) async throws(LedgerError) -> [String: StepTime] {
        var history = History()
        if let ledger {
            for run in try await ledger.runs().reversed().prefix(runsMax) {
                history.take(try await ledger.steps(of: run.id))
                if connections.allSatisfy({ history.batches(on: $0.name) >= batchesEnough }) {
                    break
                }
            }
        }
        var times: [String: StepTime] = [:]
        for connection in connections {
            let settles = capabilities[connection.name]?.moves.map(\.settles).max() ?? .zero
            times[connection.name] =
                history.time(on: connection.name, without: settles) ?? declared(by: connection)
                ?? guess
        }
        return times
    }

    private static func declared(by connection: Connection) -> StepTime? {
        guard let rate = connection.limits.rate else { return nil }
        let each = Duration.milliseconds(max(1, rate.per.milliseconds / Int64(max(1, rate.steps))))
        return StepTime(each: each, basis: .declared)
    }
}

/// Batches of earlier runs: how many steps succeeded, and how long from the first intent to the last
/// outcome.
private struct History {
    private struct Key: Hashable {
        var run: RunID
        var batch: Int
    }

    private struct Entry {
        var began: Instant
        var ended: Instant
        var steps: Int
    }

    private var entries: [String: [Key: Entry]] = [:]

    mutating func take(_ steps: [RecordedStep]) {
        for step in steps {
            guard step.outcome == .done, let settled = step.settledAt else { continue }
            let key = Key(run: step.intent.run, batch: step.intent.batch)
            var entry =
                entries[step.intent.connection]?[key]
                ?? Entry(began: step.intent.at, ended: settled, steps: 0)
            entry.began = min(entry.began, step.intent.at)
            entry.ended = max(entry.ended, settled)
            entry.steps += 1
            entries[step.intent.connection, default: [:]][key] = entry
        }
    }

    func batches(on connection: String) -> Int { entries[connection]?.count ?? 0 }

    func time(on connection: String, without settling: Duration) -> StepTime? {
        guard let entries = entries[connection], !entries.isEmpty else { return nil }
        let each = entries.values.map { entry in
            max(0, (entry.ended - entry.began - settling).milliseconds) / Int64(entry.steps)
        }.sorted()
        return StepTime(
            each: .milliseconds(each[each.count / 2]),
            basis: .measured(
                steps: entries.values.reduce(0) { $0 + $1.steps }, batches: entries.count))
    }
}
