/// Who asks for whom: entries, list files and selections, resolved to one placement for each resource.

import Model

/// For each observed resource of one connection, the placement that asks for it.
///
/// An explicit entry beats a file, a file beats a selection, a selection that names a resource's
/// present pool beats one that has it only as already there, and any of them beats a baseline.
struct Claims {
    static let nobody: Int32 = -1
    /// Two selections of equal rank want it on different pools.
    static let contested: Int32 = -2
    /// A selection may or may not match: an attribute of it could not be read.
    static let undecided: Int32 = -3

    /// The placement for each observed row, or one of the marks above.
    private(set) var placement: [Int32]
    /// The row of `DesiredState.entries` that won, or -1 where a selection did.
    private(set) var entry: [Int32]
    private var rank: [UInt8]
    private let selections: [CompiledSelection]
    /// By row, an index into `selections`, or -1; empty where there are none.
    private var chosen: [Int32]
    /// The one that contests it, as an index into `selections`.
    private var rivals: [Int: Int] = [:]
    /// What could not be read, for rows that are undecided.
    private(set) var gap: [Int: Gap] = [:]
    /// Entries that name nobody who was seen: the winning one of each name.
    private(set) var unseen: [Int] = []
    /// Rows that an entry asks for under an address which they no longer have.
    private(set) var renamed: Set<Int> = []

    init(_ scene: Scene, _ identities: Identities) {
        let count = scene.observed.homes.count
        placement = [Int32](repeating: Self.nobody, count: count)
        entry = [Int32](repeating: -1, count: count)
        rank = [UInt8](repeating: .max, count: count)
        selections = scene.compiledSelections()
        chosen = [Int32](repeating: -1, count: selections.isEmpty ? 0 : count)
        let exceptions = Self.exceptions(scene, identities)
        claimByEntries(scene, exceptions, identities)
        claimBySelections(scene, exceptions, identities)
    }

    /// The selection that won, or that leaves a row contested or undecided.
    func selection(at row: Int) -> CompiledSelection? {
        guard !chosen.isEmpty, chosen[row] >= 0 else { return nil }
        return selections[Int(chosen[row])]
    }

    /// The one that contests it.
    func rival(at row: Int) -> CompiledSelection? { rivals[row].map { selections[$0] } }

    /// Ranks grow downwards; `already` is the half step below a selection.
    private enum Rank {
        static let explicit: UInt8 = 0
        static let file: UInt8 = 1
        static let selection: UInt8 = 2
        static let already: UInt8 = 3
        static let baseline: UInt8 = 4
    }

    /// Pairs of (placement, observed row) that an `except` takes out.
    private static func exceptions(_ scene: Scene, _ identities: Identities) -> Set<UInt64> {
        var pairs: Set<UInt64> = []
        let except = scene.desired.except
        for index in 0..<except.count where scene.placements[except.owner(at: index)] != nil {
            let row = except.withName(at: index) {
                scene.observed.homes.table.row(of: except.kind(at: index), name: $0)
                    ?? identities.row(formerly: except.kind(at: index), name: $0)
            }
            if let row { pairs.insert(pair(Int32(except.owner(at: index)), row)) }
        }
        return pairs
    }

    private static func pair(_ placement: Int32, _ row: Int) -> UInt64 {
        UInt64(UInt32(bitPattern: placement)) << 32 | UInt64(row)
    }
}

extension Claims {
    private mutating func claimByEntries(
        _ scene: Scene, _ exceptions: Set<UInt64>, _ identities: Identities
    ) {
        let entries = scene.desired.entries
        let table = scene.observed.homes.table
        var former: [(entry: Int, row: Int)] = []
        var absent = ResourceTable(comparedBy: table.folding)
        var absentWinner: [Int] = []
        for index in 0..<entries.count where scene.placements[entries.owner(at: index)] != nil {
            let kind = entries.kind(at: index)
            entries.withName(at: index) { name in
                if let row = table.row(of: kind, name: name) {
                    return claim(row, entry: index, scene, exceptions)
                }
                if let row = identities.row(formerly: kind, name: name) {
                    return former.append((index, row))
                }
                switch absent.append(kind: kind, name: name) {
                case .new: absentWinner.append(index)
                case .duplicate(_, let first):
                    absentWinner.append(-1)
                    if entries.isBefore(index, absentWinner[first]) { absentWinner[first] = index }
                }
            }
        }
        unseen = absentWinner.filter { $0 >= 0 }
        // An entry by the present name says more than one by a former name.
        for (index, row) in former where entry[row] < 0 || renamed.contains(row) {
            claim(row, entry: index, scene, exceptions)
            if entry[row] >= 0 { renamed.insert(row) }
        }
    }

    /// At equal rank the earlier place wins, so that the order of reading does not show.
    private mutating func claim(
        _ row: Int, entry index: Int, _ scene: Scene, _ exceptions: Set<UInt64>
    ) {
        let entries = scene.desired.entries
        let owner = entries.owner(at: index)
        guard !exceptions.contains(Self.pair(Int32(owner), row)) else { return }
        let isBaseline = scene.placements[owner]?.baseline ?? false
        let new =
            (entries.origin(at: index) == .explicit ? Rank.explicit : Rank.file)
            + (isBaseline ? Rank.baseline : 0)
        if new > rank[row] { return }
        if new == rank[row], entry[row] >= 0, !entries.isBefore(index, Int(entry[row])) { return }
        rank[row] = new
        entry[row] = Int32(index)
        placement[row] = Int32(owner)
    }

    private mutating func claimBySelections(
        _ scene: Scene, _ exceptions: Set<UInt64>, _ identities: Identities
    ) {
        guard !selections.isEmpty else { return }
        let homes = scene.observed.homes
        for row in 0..<homes.count where homes.duplicates[row] == nil {
            for (index, selection) in selections.enumerated()
            where selection.isAbout(homes.table.kind(at: row))
                && !exceptions.contains(Self.pair(Int32(selection.placement), row))
            {
                let base = selection.isBaseline ? Rank.baseline : 0
                let known = Int(identities.remembered[row])
                switch selection.match(row, homes, scene.memory, known) {
                case .no: continue
                case .named: claim(row, rank: base + Rank.selection, by: index)
                case .already: claim(row, rank: base + Rank.already, by: index)
                case .unknown(let gap):
                    leaveOpen(row, rank: base + Rank.selection, by: index, gap: gap)
                }
            }
        }
    }

    private mutating func claim(_ row: Int, rank new: UInt8, by index: Int) {
        if new > rank[row] { return }
        let winner = selections[index]
        if new == rank[row] {
            if placement[row] == Self.undecided { return }
            if let present = selection(at: row), present.pool != winner.pool {
                let isFirst = present.location < winner.location
                placement[row] = Self.contested
                rivals[row] = isFirst ? index : Int(chosen[row])
                chosen[row] = isFirst ? chosen[row] : Int32(index)
                return
            }
            if let present = selection(at: row), present.location < winner.location { return }
        }
        rank[row] = new
        entry[row] = -1
        placement[row] = Int32(winner.placement)
        chosen[row] = Int32(index)
    }

    private mutating func leaveOpen(
        _ row: Int, rank new: UInt8, by index: Int, gap reason: Gap
    ) {
        if new > rank[row] { return }
        if placement[row] == Self.undecided, let present = selection(at: row),
            present.location < selections[index].location
        {
            return
        }
        rank[row] = new
        entry[row] = -1
        placement[row] = Self.undecided
        chosen[row] = Int32(index)
        gap[row] = reason
    }
}
