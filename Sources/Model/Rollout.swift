/// `kind: Rollout`: how the way to a placement is divided, and what must hold on it.

package struct Rollout: Hashable, Sendable {
    package var name: String
    package var renamedFrom: String?
    package var placements: [String]
    /// The wave up to which this commit lets it go, or `nowhere`; nil lets it go to the end.
    package var upTo: String?
    package var waves: [Wave]
    package var relations: Relations
    package var gatesBefore: [GateUse]
    package var gatesAfter: [GateUse]
    package var budget: Policy.Share
    package var onBreach: OnBreach
    package var windows: [Window]
    package var consent: PriceConsent
    /// The largest component of related people that a wave takes in; nil is the default of the design.
    package var closureMax: Int?
    package var location: SourceLocation

    /// As `upTo`: no wave of it begins. No wave is called so.
    package static let nowhere = "none"

    package init(
        name: String, renamedFrom: String?, placements: [String], upTo: String?, waves: [Wave],
        relations: Relations, gatesBefore: [GateUse], gatesAfter: [GateUse], budget: Policy.Share,
        onBreach: OnBreach, windows: [Window], consent: PriceConsent, closureMax: Int?,
        location: SourceLocation
    ) {
        self.name = name
        self.renamedFrom = renamedFrom
        self.placements = placements
        self.upTo = upTo
        self.waves = waves
        self.relations = relations
        self.gatesBefore = gatesBefore
        self.gatesAfter = gatesAfter
        self.budget = budget
        self.onBreach = onBreach
        self.windows = windows
        self.consent = consent
        self.closureMax = closureMax
        self.location = location
    }

    package enum OnBreach: String, Hashable, Sendable, CaseIterable {
        case halt
        case rollBack = "roll-back"
    }
}

/// One part of a rollout. Who is listed in it are rows of `DesiredState.drawn`.
package struct Wave: Hashable, Sendable {
    package var name: String
    package var renamedFrom: String?
    /// Draws every member whose point is below it.
    package var percent: Double?
    package var selections: [Selection]
    /// `apps: all`
    package var takesAllApps: Bool
    /// How long it must rest after its last move.
    package var soak: Duration?
    package var change: String?
    package var location: SourceLocation

    package init(
        name: String, renamedFrom: String?, percent: Double?, selections: [Selection],
        takesAllApps: Bool, soak: Duration?, change: String?, location: SourceLocation
    ) {
        self.name = name
        self.renamedFrom = renamedFrom
        self.percent = percent
        self.selections = selections
        self.takesAllApps = takesAllApps
        self.soak = soak
        self.change = change
        self.location = location
    }
}

extension Rollout {
    package struct Relations: Hashable, Sendable {
        package enum Mode: String, Hashable, Sendable, CaseIterable {
            case bestEffort = "best-effort"
            case required
        }

        package var mode: Mode
        /// A file of relations that the deployment does not tell, relative to the folder.
        package var file: String?

        package init(mode: Mode, file: String?) {
            self.mode = mode
            self.file = file
        }
    }

    /// A gate, and where it is asked for.
    package struct GateUse: Hashable, Sendable {
        package var gate: Gate
        package var location: SourceLocation

        package init(_ gate: Gate, location: SourceLocation) {
            self.gate = gate
            self.location = location
        }
    }

    /// When moves may begin, in local time of a zone.
    package struct Window: Hashable, Sendable {
        package enum Day: String, Hashable, Sendable, CaseIterable {
            case mon, tue, wed, thu, fri, sat, sun
        }

        /// The days on which the window opens; empty is every day.
        package var days: [Day]
        /// Minutes after midnight.
        package var from: Int
        package var to: Int
        package var zone: String

        package init(days: [Day], from: Int, to: Int, zone: String) {
            self.days = days
            self.from = from
            self.to = to
            self.zone = zone
        }
    }
}
