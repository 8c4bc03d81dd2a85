/// How the world differs from what was asked for and from what rehome did last.

package struct Drift: Hashable, Sendable {
    /// The raw value is the word in output and in `--fail-on`.
    package enum Class: String, Hashable, Sendable, CaseIterable {
        /// Asked for, not yet done.
        case pending
        /// Changed by somebody else.
        case moved
        case unmanaged
        /// No longer matches the selection that placed it.
        case unselected
        case missing
        /// Somebody new on a draining pool.
        case arrived
        /// Something lives on a retired pool.
        case returned
        case contested
        case inFlight = "in-flight"
        case held
        case unknown

        /// Whether `rehome drift` ends with 2 for it without `--fail-on`.
        package var alarms: Bool {
            switch self {
            case .moved, .missing, .returned, .contested, .unknown: true
            case .pending, .unmanaged, .unselected, .arrived, .inFlight, .held: false
            }
        }
    }

    package var `class`: Class
    package var connection: String
    package var resource: ResourceID
    /// Names of pools (FQDNs for pools not declared), where there is one.
    package var desired: String?
    package var observed: String?
    package var lastApplied: String?
    package var detail: String?
    /// False for what was not seen so in all looks of `drift --confirm`: it is told, and alarms nobody.
    package var isConfirmed: Bool

    package init(
        class: Class, connection: String, resource: ResourceID, desired: String?, observed: String?,
        lastApplied: String?, detail: String?, isConfirmed: Bool = true
    ) {
        self.class = `class`
        self.connection = connection
        self.resource = resource
        self.desired = desired
        self.observed = observed
        self.lastApplied = lastApplied
        self.detail = detail
        self.isConfirmed = isConfirmed
    }

    /// Whether a job that watches is to wake somebody.
    package func alarms(failOn: Set<Class>) -> Bool {
        isConfirmed && (self.class.alarms || failOn.contains(self.class))
    }
}

extension [Drift] {
    /// What several looks in a row agree on. What the last look shows and an earlier one did not, in the
    /// same class and at the same home, is not confirmed; what the last look does not show is over.
    package static func confirmed(
        by looks: [[Drift]], comparedBy folding: Folding
    ) -> [Drift] {
        guard var latest = looks.last else { return [] }
        let earlier = looks.dropLast().map { look in Set(look.map { $0.sight(folding) }) }
        for index in latest.indices {
            latest[index].isConfirmed = earlier.allSatisfy {
                $0.contains(latest[index].sight(folding))
            }
        }
        return latest
    }
}

extension Drift {
    fileprivate struct Sight: Hashable {
        var `class`: Class
        var connection: String
        var resource: ResourceID
        var observed: String?
    }

    fileprivate func sight(_ folding: Folding) -> Sight {
        Sight(
            class: `class`, connection: connection, resource: resource.folded(by: folding),
            observed: observed)
    }
}
