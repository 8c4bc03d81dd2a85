/// People who are bound to one another go in one wave: the earliest that draws one of them.

import Model

/// What bonds change about who goes in which wave, for one connection.
struct TiedWaves {
    /// The wave of those who go earlier than they would alone, by observed row.
    private(set) var earlier: [Int: Int] = [:]
    /// Why nobody of a group moves that is too large, by observed row.
    private(set) var refused: [Int: Reason] = [:]

    init() {}

    /// A wave draws at least so many people along, whoever is bound to them.
    private static let leastMax = 50

    /// - Parameters:
    ///   - comparison: Who was seen, and who is a member of what.
    ///   - waves: Draws each of them alone.
    init(_ comparison: Comparison, _ waves: WaveDrawing) {
        let ties = comparison.scene.ties
        guard !ties.isEmpty, waves.hasRollouts else { return }
        for group in ties.groups {
            let rows = group.compactMap { comparison.homes.table.row(of: $0) }
            let drawn = rows.compactMap { row in
                waves.member(comparison, row).map { (row: row, rollout: $0.rollout, wave: $0.wave) }
            }
            for (rollout, members) in Dictionary(grouping: drawn, by: \.rollout) {
                guard members.count > 1, let first = members.map(\.wave).min() else { continue }
                let most =
                    waves.closureMax(of: rollout)
                    ?? max(Self.leastMax, 2 * members.count { $0.wave == first })
                if members.count > most {
                    let reason = Reasons.tooManyBound(
                        members.map { comparison.homes.table[$0.row] }, ties, most: most,
                        wave: waves.name(of: first, in: rollout))
                    for member in members { refused[member.row] = reason }
                } else {
                    for member in members where member.wave > first { earlier[member.row] = first }
                }
            }
        }
    }
}

extension PlanBuilder {
    /// Says who goes earlier than alone.
    mutating func addTied(_ comparison: Comparison) {
        let people = tied.earlier.keys.filter { comparison.verdicts[$0] == .pending }
            .map { comparison.homes.table[$0].description }.sorted()
        guard !people.isEmpty else { return }
        findings.append(
            Finding(
                rule: PlanRule.tiedWave.rawValue, severity: .note,
                message:
                    "\(people.count == 1 ? "1 person goes" : "\(people.count) people go") in an earlier wave than alone, because of who is bound to whom",
                count: people.count, examples: Array(people.prefix(10))))
    }
}

extension Reasons {
    /// All these people are bound, directly or through others, and a wave takes in fewer.
    static func tooManyBound(
        _ people: [ResourceID], _ ties: Ties, most: Int, wave: String
    ) -> Reason {
        let chain = ties.chain(among: people).map { "\($0)" }.joined(separator: " - ")
        var words =
            "\(people.count) people are bound to one another, more than \(wave) takes in (\(most)): \(chain)"
        if let split = ties.split(of: people) {
            words +=
                "; without \(split.person) the largest part has \(split.largest)"
        }
        return Reason(.blocked, .closureTooLarge, words)
    }
}
