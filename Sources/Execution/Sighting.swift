/// What a look at the deployment means for one move.

package import Model

/// The answer to a look at some resources: their homes, and what could not be seen.
package struct Glance: Sendable {
    package var homes: Homes
    package var gaps: [Gap]

    package init(homes: Homes, gaps: [Gap]) {
        self.homes = homes
        self.gaps = gaps
    }
}

/// Where the resource of a move was seen, in terms of that move.
package enum Sighting: Hashable, Sendable {
    /// On the pool that it is to leave; with its own id, where it has one.
    case source(ownID: String?)
    /// On the pool that it is to reach.
    case target(ownID: String?)
    /// On its way to the target, or partly there.
    case underway
    /// The premise does not hold; the words say how.
    case elsewhere(String)
    /// Everything that could hold it was read, and it was not there.
    case absent
    /// It could not be seen; the words say why.
    case unseen(String)
}

extension Glance {
    /// Unknown is never taken for absent.
    package func sighting(of move: Move) -> Sighting {
        guard let row = homes.table.row(of: move.resource) else {
            let hiding = gaps.first {
                ($0.kind == nil || $0.kind == move.resource.kind)
                    && ($0.fact == nil || $0.fact == "home")
            }
            return hiding.map { .unseen($0.reason) } ?? .absent
        }
        if homes.duplicates.values.contains(row) {
            return .elsewhere("more than one record answers to its name")
        }
        let ownID: String?
        switch identity(of: move, at: row) {
        case .success(let id): ownID = id
        case .failure(let other): return other.sighting
        }
        switch homes.home(at: row) {
        case .unknown(let gap): return .unseen(gap.reason)
        case .absent: return .elsewhere("it has no home any more")
        case .present(let home): return home.sighting(of: move, ownID: ownID)
        }
    }

    private struct Other: Error {
        var sighting: Sighting
    }

    private func identity(of move: Move, at row: Int) -> Result<String?, Other> {
        switch homes.ownID(at: row) {
        case .present(let id):
            guard let planned = move.ownID, !Self.same(id, planned) else { return .success(id) }
            return .failure(
                Other(
                    sighting: .elsewhere("the address belongs to \(id) now, planned was \(planned)")
                ))
        case .absent:
            guard let planned = move.ownID else { return .success(nil) }
            return .failure(
                Other(
                    sighting: .elsewhere("it has no id of its own any more, planned was \(planned)")
                ))
        case .unknown(let gap):
            return move.ownID == nil
                ? .success(nil) : .failure(Other(sighting: .unseen("its id: \(gap.reason)")))
        }
    }

    fileprivate static func same(_ one: String, _ other: String) -> Bool {
        Address.folded(one) == Address.folded(other)
    }
}

extension Home {
    fileprivate func sighting(of move: Move, ownID: String?) -> Sighting {
        switch self {
        case .pool(let pool) where Glance.same(pool, move.to): return .target(ownID: ownID)
        case .pool(let pool) where Glance.same(pool, move.from): return .source(ownID: ownID)
        case .pool(let pool): return .elsewhere("it lives on \(pool), not on \(move.from)")
        case .inFlight(_, let to) where Glance.same(to, move.to): return .underway
        case .inFlight(let from, let to):
            return .elsewhere("it is on its way from \(from) to \(to)")
        case .split(let pools):
            let isOurs = pools.allSatisfy {
                Glance.same($0, move.from) || Glance.same($0, move.to)
            }
            return isOurs
                ? .underway : .elsewhere("it lies on \(pools.joined(separator: " and "))")
        }
    }
}
