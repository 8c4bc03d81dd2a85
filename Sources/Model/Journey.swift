/// How far rollouts have come: waves that began, what was measured before and after them, what halted them.

/// The progress of every wave, as the ledger knows it.
package struct Journey: Hashable, Sendable {
    package private(set) var waves: [WaveID: WaveProgress]

    package init(_ waves: [WaveID: WaveProgress] = [:]) { self.waves = waves }

    package subscript(wave: WaveID) -> WaveProgress? { waves[wave] }

    /// Of a stage; nil for the open stage and for waves of which nothing is recorded.
    package subscript(stage: Stage) -> WaveProgress? { stage.waveID.flatMap { waves[$0] } }

    /// Events come in the order in which they were recorded, with `fillMembers` after the last.
    package mutating func take(_ event: WaveEvent) {
        switch event.deed {
        case .started(let start):
            var progress = WaveProgress()
            progress.gates = waves[event.wave]?.gates ?? [:]
            progress.start = start
            progress.startedAt = event.at
            waves[event.wave] = progress
        case .settled: waves[event.wave]?.settledAt = event.at
        case .completed where event.wave.wave == WaveID.late:
            // Who is late once more begins it once more.
            waves[event.wave] = nil
        case .completed: waves[event.wave]?.completedAt = event.at
        case .breached(let words):
            waves[event.wave]?.breach = WaveProgress.Breach(words: words, at: event.at)
        case .renamed(let former): waves[event.wave] = waves.removeValue(forKey: former)
        case .begunAnew: waves[event.wave] = nil
        case .measured(let measurement):
            waves[event.wave, default: WaveProgress()].take(measurement, at: event.at)
        case .takenBack:
            // As if it never began: what gates measured stays true.
            var progress = WaveProgress()
            progress.gates = waves[event.wave]?.gates ?? [:]
            progress.takenBack = waves[event.wave]?.start ?? waves[event.wave]?.takenBack
            waves[event.wave] = progress
        }
    }

    /// What people say goes in among the events, in the order in which all of it was recorded.
    package mutating func take(_ instruction: Instruction) {
        switch instruction.deed {
        case .resume(let scope):
            for wave in waves.keys where scope.covers(wave) {
                guard waves[wave]?.breach != nil else { continue }
                waves[wave]?.breach = nil
                waves[wave]?.resumedAt = instruction.at
                waves[wave]?.forgetFailures()
            }
        case .retry(let steps):
            for wave in waves.keys where waves[wave]?.isUnderWay == true {
                waves[wave]?.triedAgain.formUnion(steps)
            }
        case .decide(let gate, let isOpen, let until):
            waves[gate.wave, default: WaveProgress()].gates[gate.name, default: GateHistory()]
                .decision = isOpen.map {
                    GateHistory.Decision(
                        isOpen: $0, reason: instruction.reason ?? "", by: instruction.by,
                        at: instruction.at, until: until)
                }
        case .hold, .release, .pause, .cancel, .announce, .goForward: break
        }
    }
}

extension Journey {
    /// Says who the members of waves under way are; of others nobody asks.
    ///
    /// - Parameter steps: The steps of a plan, by its digest.
    /// - Throws: What `steps` throws.
    package mutating func fillMembers<Failure: Error>(
        _ steps: (String) throws(Failure) -> [StepID]
    ) throws(Failure) {
        for wave in waves.keys {
            guard let progress = waves[wave], progress.isUnderWay, let start = progress.start
            else { continue }
            waves[wave]?.members = Set(try steps(start.plan))
        }
    }
}

/// A wave by its names.
package struct WaveID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var rollout: String
    package var wave: String

    /// Who came too late for the last wave goes with one of this name.
    package static let late = "late"

    package init(_ rollout: String, _ wave: String) {
        self.rollout = rollout
        self.wave = wave
    }

    /// Reads `ROLLOUT/WAVE`.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(String(parts[0]), String(parts[1]))
    }

    package var description: String { "\(rollout)/\(wave)" }

    package static func < (one: WaveID, other: WaveID) -> Bool {
        (one.rollout, one.wave) < (other.rollout, other.wave)
    }
}

extension Stage {
    /// The wave that the stage is, or whose apps it is; nil for the open stage.
    package var waveID: WaveID? {
        guard let rollout, let wave else { return nil }
        return WaveID(rollout, wave)
    }
}

extension PauseScope {
    package func covers(_ wave: WaveID) -> Bool {
        switch self {
        case .estate: true
        case .rollout(let name): name == wave.rollout
        }
    }
}

/// Something that became of a wave, as the ledger keeps it.
package struct WaveEvent: Hashable, Sendable {
    package enum Deed: Hashable, Sendable {
        /// Its members are fixed from now on.
        case started(WaveStart)
        /// Its last move is settled: it begins to rest.
        case settled
        /// It has rested, and its gates passed. It stays so, whatever is measured later.
        case completed
        /// Nothing more of it begins until a person says so.
        case breached(String)
        /// A gate was measured.
        case measured(GateMeasurement)
        /// It is what another name meant until now.
        case renamed(from: WaveID)
        /// Its way is another one: what was known of it counts no more.
        case begunAnew
        /// Its members go back to where they were before it.
        case takenBack
    }

    package var wave: WaveID
    package var deed: Deed
    package var at: Instant

    package init(_ wave: WaveID, _ deed: Deed, at: Instant) {
        self.wave = wave
        self.deed = deed
        self.at = at
    }
}

/// With whom, and along which ways, a wave began.
package struct WaveStart: Hashable, Sendable {
    /// The digest of the plan that authorised it: a step of the wave is a member where that plan has it.
    package var plan: String
    /// How many members it has.
    package var members: Int
    /// Of all its members, sorted.
    package var routes: [WaveRoute]
    package var run: RunID?
    /// The number of a change request, as the manifest has it.
    package var change: String?

    package init(
        plan: String, members: Int, routes: [WaveRoute], run: RunID?, change: String?
    ) {
        self.plan = plan
        self.members = members
        self.routes = routes
        self.run = run
        self.change = change
    }
}

/// A way that members of a wave go. States of waves hold for it, and begin anew where it is another one.
package struct WaveRoute: Hashable, Sendable, Comparable {
    /// The names of pools, with the products that they ran.
    package var from: String
    package var fromProduct: String
    package var to: String
    package var toProduct: String

    package init(from: String, fromProduct: String, to: String, toProduct: String) {
        self.from = from
        self.fromProduct = fromProduct
        self.to = to
        self.toProduct = toProduct
    }

    package static func < (one: WaveRoute, other: WaveRoute) -> Bool {
        (one.from, one.to, one.fromProduct, one.toProduct)
            < (other.from, other.to, other.fromProduct, other.toProduct)
    }
}

/// How far one wave has come.
package struct WaveProgress: Hashable, Sendable {
    package var start: WaveStart?
    package var startedAt: Instant?
    /// With whom it began before it was taken back; nil once it begins anew.
    package var takenBack: WaveStart?
    /// The steps of the plan that began it, while it is under way.
    package var members: Set<StepID> = []
    /// Who failed and is tried again goes with a later wave.
    package var triedAgain: Set<StepID> = []
    package var settledAt: Instant?
    package var completedAt: Instant?
    package var breach: Breach?
    /// When a person let it go on after a breach: what failed before counts no more.
    package var resumedAt: Instant?
    package var gates: [GateName: GateHistory] = [:]

    package init() {}

    package struct Breach: Hashable, Sendable {
        package var words: String
        package var at: Instant

        package init(words: String, at: Instant) {
            self.words = words
            self.at = at
        }
    }

    package var hasStarted: Bool { startedAt != nil }
    /// Whether it takes its members along and nobody else.
    package var isUnderWay: Bool { hasStarted && settledAt == nil }
    package var isResting: Bool { settledAt != nil && completedAt == nil }
    package var isComplete: Bool { completedAt != nil }

    /// Whether a step goes with the wave, which is under way.
    package func isMember(_ step: StepID) -> Bool {
        members.contains(step) && !triedAgain.contains(step)
    }

    package mutating func take(_ measurement: GateMeasurement, at time: Instant) {
        gates[measurement.gate, default: GateHistory()].take(measurement, at: time)
    }

    fileprivate mutating func forgetFailures() {
        for name in gates.keys { gates[name]?.failures = 0 }
    }
}
