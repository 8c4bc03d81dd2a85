/// Observations that are under way: each its own frozen view of the file, however long its pages take.

import Adapters
import Foundation
import GRDB
import Model

/// Gives every observation a snapshot, found again by the number in its cursor.
actor Observations {
    struct Open {
        var snapshot: DatabaseSnapshot
        /// One moment for all pages, so that nothing arrives between two of them.
        var now: Instant
    }

    /// An observation that nobody finishes keeps SQLite from folding its log into the file.
    private static let openMax = 4

    private var open: [(number: Int, observation: Open)] = []
    private var last = 0

    func next(
        after cursor: Adapters.Cursor?, begin: @Sendable () throws -> Open,
        page: @Sendable (Open, Adapters.Cursor?) async throws -> Page
    ) async throws -> Page {
        let (number, position) = try cursor.map(Self.parts) ?? (try start(begin), nil)
        guard let found = open.first(where: { $0.number == number }) else {
            throw AdapterError.transient("this observation is no longer open: begin it anew")
        }
        var result = try await page(found.observation, position)
        if let next = result.next {
            result.next = Adapters.Cursor("\(number):\(next.text)")
        } else {
            close(number)
        }
        return result
    }

    private func start(_ begin: () throws -> Open) throws -> Int {
        if open.count == Self.openMax, let oldest = open.first { close(oldest.number) }
        last += 1
        open.append((last, try begin()))
        return last
    }

    private static func parts(_ cursor: Adapters.Cursor) throws -> (Int, Adapters.Cursor?) {
        let parts = cursor.text.split(separator: ":")
        guard parts.count == 2, let number = Int(parts[0]) else {
            throw AdapterError.permanent("the cursor '\(cursor.text)' is none of ours")
        }
        return (number, Adapters.Cursor(String(parts[1])))
    }

    private func close(_ number: Int) {
        open.removeAll { entry in
            guard entry.number == number else { return false }
            try? entry.observation.snapshot.close()
            return true
        }
    }

    func closeAll() {
        for entry in open { try? entry.observation.snapshot.close() }
        open = []
    }
}
