/// What goes wrong in a simulated history, and how often: some kinds of fault are switched off in each
/// history, so that rare combinations of the others get their turn (swarm testing).

import TestSupport

/// How often each fault strikes, as a share of its occasions.
struct Faults {
    enum Kind: Int, CaseIterable {
        /// The process dies between any two effects.
        case crash
        /// The process stands still for a while, as a suspended machine does.
        case stall
        /// Ctrl-C, or a revision that takes the place of the one that is applied.
        case stop
        case commitRefused
        case commitSlow
        /// The whole call says that nothing began.
        case transient
        case throttled
        /// One step of a batch fails for now, for good, or without anybody knowing.
        case stepTransient
        case stepPermanent
        case stepUnknown
        /// The whole call is lost before or after it acted.
        case answerLost
        /// The answer comes after its deadline.
        case answerLate
        /// The deployment acts late, but before the deadline.
        case actsLate
        case lookFails
        case lookLate
        case lookPartial
        /// Somebody moves a resource behind rehome's back.
        case hands
        /// The manifests change.
        case change
        /// Somebody holds, pauses, cancels, or announces what comes next.
        case voice
        case connectionRefused
        /// The connection goes dead for the runner while the work goes on in the deployment, and acts
        /// later: also after the run has ended, and after its process has.
        case goesDead
        /// The lease is extended, and the runner hears of it late.
        case renewSlow
        /// Somebody leaves the deployment.
        case leaver
        /// An address is given to somebody else, who has an id of his own.
        case readdressed
        /// A gate fails, or nobody can say.
        case gateFails
        /// Somebody takes back a run, a wave or a campaign.
        case takesBack
        /// Nobody hears what became of a pool that was to be closed, opened or taken out.
        case poolAnswerLost
        /// Somebody opens a closed pool.
        case poolReopened
        /// Somebody gets another address and stays who he is, or two exchange theirs.
        case renamed
        /// Somebody new comes.
        case joiner

        /// Kinds that came later than histories that are kept: those draw nothing for them.
        static func all(in repertoire: Repertoire) -> [Kind] {
            allCases.filter { kind in
                switch kind {
                case .takesBack: repertoire.contains(.waysBack)
                case .poolAnswerLost, .poolReopened: repertoire.contains(.retirement)
                case .renamed, .joiner: repertoire.contains(.identities)
                default: true
                }
            }
        }
    }

    private var shares: [Kind: Double]
    /// How often each struck.
    private(set) var struck: [Kind: Int] = [:]
    /// No fault strikes any more.
    var isOver = false

    init(_ repertoire: Repertoire, using random: inout SeededGenerator) {
        shares = [:]
        for kind in Kind.all(in: repertoire) {
            shares[kind] = Self.share(of: kind, using: &random)
        }
    }

    private static func share(of kind: Kind, using random: inout SeededGenerator) -> Double {
        guard !random.oneIn(2) else { return 0 }
        let share = [0.01, 0.04, 0.15][Int.random(in: 0..<3, using: &random)]
        switch kind {
        // A process dies at any of many effects, the others have fewer occasions.
        case .crash: return share / 4
        case .stall: return share / 5
        case .goesDead, .leaver, .readdressed, .renewSlow, .stepPermanent: return share * 3
        case .voice: return 3 * max(share, 0.04)
        // A gate is measured a few times in an hour.
        case .gateFails: return share * 4
        case .poolAnswerLost: return min(0.5, share * 6)
        case .poolReopened: return share
        case .renamed, .joiner: return min(0.5, share * 4)
        // Once in a few applies.
        case .takesBack: return min(0.3, share * 4)
        default: return share
        }
    }

    mutating func strikes(_ kind: Kind, using random: inout SeededGenerator) -> Bool {
        let share = shares[kind] ?? 0
        guard !isOver, share > 0 else { return false }
        guard Double.random(in: 0..<1, using: &random) < share else { return false }
        struck[kind, default: 0] += 1
        return true
    }

    /// Those that are on, for the trace.
    var words: String {
        let on = Kind.allCases.filter { (shares[$0] ?? 0) > 0 }
        return on.map { "\($0) \(shares[$0] ?? 0)" }.joined(separator: ", ")
    }
}

/// What histories may tell of. Seeds that found something are played with what there was then, so that they
/// stay the same histories.
struct Repertoire: OptionSet {
    let rawValue: Int

    /// Runs, waves, hands, and faults of all kinds: what there always is.
    static let runs: Repertoire = []
    static let waysBack = Repertoire(rawValue: 1)
    /// Pools that come to their end.
    static let retirement = Repertoire(rawValue: 2)
    /// People who come, and people and waves who get other names.
    static let identities = Repertoire(rawValue: 4)
    static let all: Repertoire = [.waysBack, .retirement, .identities]
}
