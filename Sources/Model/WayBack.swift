/// What a way back is about: who was moved, from where, and what else was to come of it.

/// What a person wants taken back.
package enum WayBackScope: Hashable, Sendable, CustomStringConvertible {
    case run(RunID)
    case wave(WaveID)
    /// The runs towards one desired state: that of the last run of all.
    case campaign

    /// From what a person types: `campaign`, ROLLOUT/WAVE, or the id of a run.
    package init(_ text: String) {
        self =
            text == Self.campaign.description
            ? .campaign : WaveID(text).map { .wave($0) } ?? .run(RunID(text))
    }

    package var description: String {
        switch self {
        case .run(let id): id.text
        case .wave(let wave): "\(wave)"
        case .campaign: "campaign"
        }
    }
}

/// The moves that are to be undone, read off the ledger.
package struct WayBack: Hashable, Sendable {
    /// All moves of one resource, as one: from where it was before the first to where the last left it.
    package struct Trail: Hashable, Sendable {
        package var connection: String
        package var resource: ResourceID
        /// FQDNs.
        package var former: String
        package var pool: String
        /// The moves forward, each once.
        package var steps: [StepID]
        /// The placement for which it was moved.
        package var placement: String
        /// Whether rehome moved it at all; else it was there already when its turn came.
        package var movedByUs: Bool

        fileprivate var isRound: Bool { Address.folded(former) == Address.folded(pool) }
    }

    /// A member that has not moved: it stays, as if it had been taken back.
    package struct Unmoved: Hashable, Sendable {
        package var step: StepID
        package var resource: ResourceID
        package var placement: String

        package init(step: StepID, resource: ResourceID, placement: String) {
            self.step = step
            self.resource = resource
            self.placement = placement
        }
    }

    /// The stage of its plan: `back`, or `back/ROLLOUT/WAVE`.
    package var stage: String
    package var trails: [Trail]
    /// How many of its members may fail; nil is what holds outside of rollouts.
    package var budget: Policy.Share?
    package var unmoved: [Unmoved] = []
    /// Waves that are as if they never began, once this is done.
    package var waves: [WaveID] = []
    /// The digest of the desired state towards which all this was moved.
    package var campaign: String?

    /// - Parameters:
    ///   - stage: As plans call it.
    ///   - steps: What became of steps, in the order in which they began. Moves there and back again cancel
    ///     each other.
    ///   - others: Whether who was already there goes back too, to where the plan had him.
    ///   - folding: How names are compared.
    package init(
        stage: String, undoing steps: [RecordedStep], includingOthers others: Bool,
        comparedBy folding: Folding
    ) {
        self.stage = stage
        var rows: [Passenger: Int] = [:]
        var trails: [Trail] = []
        for step in steps {
            let isOurs = step.outcome == .done
            guard isOurs || (others && step.outcome == .already) else { continue }
            let move = step.intent.move
            let begun = Trail(
                connection: step.intent.connection, resource: move.resource, former: move.from,
                pool: move.to, steps: [move.step], placement: step.intent.placement,
                movedByUs: isOurs)
            // Whoever got another address meanwhile is still the same one.
            let names = Passenger.names(of: move, on: begun.connection, folding)
            let row = names.lazy.compactMap { rows[$0] }.first ?? trails.count
            for name in names { rows[name] = row }
            guard row < trails.count else {
                trails.append(begun)
                continue
            }
            trails[row].resource = move.resource
            // Who was back where he began and went again goes back from there: the way back of then is no
            // move forward, and taking it back would block the one of now.
            guard !trails[row].isRound else {
                trails[row] = begun
                continue
            }
            trails[row].pool = move.to
            trails[row].placement = step.intent.placement
            trails[row].movedByUs = trails[row].movedByUs || isOurs
            if !trails[row].steps.contains(move.step) { trails[row].steps.append(move.step) }
        }
        self.trails = trails.filter { !$0.isRound }
    }
}

/// Who was moved, by what a move knows of him.
private struct Passenger: Hashable {
    var connection: String
    var kind: Kind
    /// The deployment's own id, or the name as it is compared.
    var ownID: String?
    var name: String?

    /// The surest first.
    static func names(
        of move: Move, on connection: String, _ folding: Folding
    ) -> [Passenger] {
        let byID = move.ownID.map {
            Passenger(
                connection: connection, kind: move.resource.kind, ownID: Address.folded($0),
                name: nil)
        }
        let byName = Passenger(
            connection: connection, kind: move.resource.kind, ownID: nil,
            name: move.resource.folded(by: folding).name)
        return [byID, byName].compactMap { $0 }
    }
}
