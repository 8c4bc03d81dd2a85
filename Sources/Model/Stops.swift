/// What of all instructions is in force.

/// Who is held and what is paused by instructions, each until it is lifted or its time is over.
package struct Stops: Hashable, Sendable {
    /// By folded name.
    package private(set) var held: [ResourceID: Held] = [:]
    package private(set) var pauses: [PauseScope: Pause] = [:]

    package let folding: Folding

    package init(comparedBy folding: Folding) { self.folding = folding }

    package struct Held: Hashable, Sendable {
        /// As it was written.
        package var resource: ResourceID
        package var reason: String
        package var owner: String
        /// The last instant; nil until it is released.
        package var until: Instant?
        package var since: Instant

        package func isActive(at time: Instant) -> Bool { until.map { time <= $0 } ?? true }
    }

    package struct Pause: Hashable, Sendable {
        package var reason: String
        package var by: Actor
        package var since: Instant
        /// The last instant; nil until it is resumed.
        package var until: Instant?

        package func isActive(at time: Instant) -> Bool { until.map { time <= $0 } ?? true }
    }

    /// The same stops, with names compared in another way. Whoever was released stays so, and so does
    /// whoever was held under a name that was one with his.
    package func compared(by folding: Folding) -> Stops {
        if self.folding == folding { return self }
        var stops = Stops(comparedBy: folding)
        stops.pauses = pauses
        for held in held.values.sorted(by: { $0.since < $1.since }) {
            stops.held[held.resource.folded(by: folding)] = held
        }
        return stops
    }

    /// Instructions come in the order in which they were recorded.
    package mutating func take(_ instruction: Instruction) {
        switch instruction.deed {
        case .hold(let resources, let owner, let until):
            for resource in resources {
                held[resource.folded(by: folding)] = Held(
                    resource: resource, reason: instruction.reason ?? "", owner: owner,
                    until: until, since: instruction.at)
            }
        case .release(let resources):
            for resource in resources { held[resource.folded(by: folding)] = nil }
        case .pause(let scope, let until):
            pauses[scope] = Pause(
                reason: instruction.reason ?? "", by: instruction.by, since: instruction.at,
                until: until)
        case .resume(let scope): pauses[scope] = nil
        case .cancel, .retry, .goForward, .announce, .decide: break
        }
    }

    /// The pause that keeps a stage from beginning anything: the estate's before its rollout's.
    package func pause(ofRollout rollout: String?, at time: Instant) -> Pause? {
        let scopes = [.estate] + (rollout.map { [PauseScope.rollout($0)] } ?? [])
        return scopes.lazy.compactMap { pauses[$0] }.first { $0.isActive(at: time) }
    }
}
