/// Cases about looking only at what changed.

import Adapters
import Model

extension AdapterSuite {
    static let changeCases: [Case] = [
        Case(
            title: "what changed since an observation is told, and makes it a new one",
            lesson: """
                whoever follows a deployment reads all now and then, and what changed in between: a \
                change that is missed is drift that nobody sees; one that is told twice does no harm
                """,
            needs: [.moves],
            body: { stage in
                guard stage.adapter.capabilities.seesChanges else { return }
                let (before, mark) = try await stage.marked(.everything(attributes: []))
                guard let mark else { throw BrokenPromise("an observation without a mark") }
                let moves = try stage.moves(
                    await stage.observe(),
                    [
                        AdapterFixture.ana: AdapterFixture.new,
                        AdapterFixture.accented: AdapterFixture.third,
                    ])
                _ = try await stage.perform(moves)
                let (changes, next) = try await stage.marked(.changes(since: mark, attributes: []))
                guard next != nil else { throw BrokenPromise("changes without a mark") }
                var homes = before
                homes.take(changes: changes)
                let all = try await stage.marked(.everything(attributes: [])).homes
                for row in 0..<all.count {
                    let found = homes.table.row(matching: all.table, at: row)
                    try demand(
                        found.map { homes.home(at: $0) } == all.home(at: row),
                        "\(all.table[row]) is not where it went")
                }
                try demand(homes.count == all.count, "\(homes.count) of \(all.count) homes")
            }),
        Case(
            title: "an adapter that does not see changes says so",
            lesson: "throw permanent: an empty answer would say that nothing changed",
            body: { stage in
                guard !stage.adapter.capabilities.seesChanges else { return }
                do throws(AdapterError) {
                    _ = try await stage.adapter.observe(
                        .changes(since: Mark(""), attributes: []), after: nil, limit: 10)
                    throw AdapterError.transient("it answered")
                } catch {
                    guard case .permanent = error else { throw BrokenPromise("\(error)") }
                }
            }),
    ]
}

extension AdapterStage {
    /// All pages of a scope as one, with its mark.
    fileprivate func marked(_ scope: Scope) async throws -> (homes: Homes, mark: Mark?) {
        var homes = Homes()
        var mark: Mark?
        var cursor: Cursor?
        repeat {
            let page = try await adapter.observe(scope, after: cursor, limit: 3)
            homes.append(contentsOf: page.homes)
            mark = page.mark ?? mark
            cursor = page.next
        } while cursor != nil
        return (homes, mark)
    }
}
