/// How a stage stands: the one place that says what is open and what waits.

package import Model

/// What standings hang on beside the plan, at one moment.
package struct Circumstances: Sendable {
    package var journey: Journey
    package var stops: Stops
    package var freezes: [FreezeSpan]
    package var vouching: Vouching
    package var time: Instant
    /// Whether gates that have not passed are measured now, whenever they were measured last.
    package var measuresAnew = false
    /// How many pools one run may close or take out.
    package var retirementsPerRun = 1
    /// The digest of the plan that would begin something; nil where there is none yet.
    package var plan: String?

    package init(
        journey: Journey, stops: Stops, freezes: [FreezeSpan], vouching: Vouching, time: Instant
    ) {
        self.journey = journey
        self.stops = stops
        self.freezes = freezes
        self.vouching = vouching
        self.time = time
    }

    package init(_ memory: Memory, _ policy: Policy, at time: Instant) {
        self.init(
            journey: memory.journey, stops: memory.stops,
            freezes: policy.freezes.map(FreezeSpan.init), vouching: Vouching(memory, policy),
            time: time)
        retirementsPerRun = policy.limits.retirementsPerRun
    }
}

extension Circumstances {
    /// Whether a stage may be entered, what it waits for, or that it is done.
    ///
    /// Plan, apply, status, `why` and rehearsals all print what this function says, so that calendars,
    /// soaks, gates and pauses are judged in one place.
    ///
    /// - Parameters:
    ///   - stage: The stage asked about.
    ///   - done: Ids of stages after which others may begin: waves that have rested among them.
    ///   - moved: Ids of stages of which nobody is left to move: the apps of a wave come after its users.
    ///   - isIdle: Whether nobody of it is left to move.
    /// - Returns: Open, done, or waiting for something.
    package func standing(
        of stage: Stage, after done: Set<String>, moved: Set<String>, isIdle: Bool
    ) -> Standing {
        let turn = turn(of: stage, after: done, moved: moved, isIdle: isIdle, heedsHours: true)
        if turn.state == .done { return turn }
        return halt(of: stage) ?? (turn.state == .open ? window(of: stage) ?? turn : turn)
    }

    /// The same, whatever the hour: a run enters stages whose turn it is, and asks before each batch what
    /// holds it.
    package func turn(
        of stage: Stage, after done: Set<String>, moved: Set<String>, isIdle: Bool,
        heedsHours: Bool = false
    ) -> Standing {
        let progress = journey[stage]
        let isOver = isIdle && stage.blocked == 0 && !stage.isPart && stage.rollout != nil
        if isOver, progress?.isResting != true { return Standing(state: .done) }
        if let breach = progress?.breach {
            return .waiting(
                "a person, because \(breach.words)", since: breach.at,
                releasedBy: "rehome resume \(stage.rollout ?? ""), or rehome rollback")
        }
        if progress?.isResting == true { return resting(stage, progress) }
        if let need = missing(stage, done, moved, isUnderWay: progress?.isUnderWay == true) {
            return .waiting(need, releasedBy: "the end of \(need)")
        }
        return progress?.isUnderWay == true
            ? Standing(state: .open) : entry(to: stage, isIdle: isIdle, heedsHours)
    }

    /// What has to be over before a stage may be entered, and is not.
    private func missing(
        _ stage: Stage, _ done: Set<String>, _ moved: Set<String>, isUnderWay: Bool
    ) -> String? {
        let users = stage.isApps ? "\(stage.id.dropLast("/apps".count))" : nil
        return stage.needs.first { need in
            if need == users { return !moved.contains(need) }
            // What goes before a wave that began is for waves that come into the manifest later.
            return !isUnderWay && !done.contains(need)
        }
    }

    /// What keeps anything new from beginning in a stage, whatever else holds: a freeze of the Policy, or a
    /// pause of the estate or of its rollout; nil where nothing does.
    package func halt(of stage: Stage) -> Standing? {
        if let freeze = freezes.first(where: { $0.covers(time) }) {
            return .waiting(
                "the freeze (\(freeze.reason))", since: freeze.from, releasedBy: "its end",
                earliest: freeze.to + .milliseconds(1))
        }
        guard let pause = stops.pause(ofRollout: stage.rollout, at: time) else { return nil }
        return .waiting(
            "the pause by \(pause.by) (\(pause.reason))", since: pause.since,
            releasedBy: "rehome resume", earliest: pause.until.map { $0 + .milliseconds(1) })
    }

    /// What keeps the next batch of a stage that was entered from beginning.
    package func hindrance(of stage: Stage) -> Standing? { halt(of: stage) ?? window(of: stage) }

    /// A stage that nothing goes before any more: what its beginning waits for.
    private func entry(to stage: Stage, isIdle: Bool, _ heedsHours: Bool) -> Standing {
        if let upTo = stage.beyond {
            return .waiting(
                "upTo: \(upTo)", releasedBy: "a commit that lets the rollout go on to it")
        }
        if isIdle, stage.isPart {
            return .waiting(
                "its members outside this part", releasedBy: "a command about all of it")
        }
        if isIdle, stage.blocked > 0, journey[stage]?.takenBack != nil {
            return .waiting(
                "a person, because it was taken back",
                releasedBy: "rehome resume --all-taken-back, or a commit that asks for it no more")
        }
        if isIdle, stage.blocked > 0 {
            return .waiting(
                "its members, of whom none can begin", releasedBy: "what the plan says of them")
        }
        // Gates are measured when the hour has come: before it they say nothing.
        return (heedsHours ? window(of: stage) : nil) ?? gates(before: stage)
            ?? Standing(state: .open)
    }

    /// When the window of a stage closes that is open now; nil where it does not.
    package func closing(of stage: Stage) -> Instant? {
        guard case .open(let until) = OpeningHours(stage.windows).answer(at: time) else {
            return nil
        }
        return until
    }

    private func window(of stage: Stage) -> Standing? {
        guard case .closed(let opens) = OpeningHours(stage.windows).answer(at: time) else {
            return nil
        }
        return .waiting("its window", releasedBy: "the time", earliest: opens)
    }
}

extension Standing {
    static func waiting(
        _ cause: String, since: Instant? = nil, releasedBy: String, earliest: Instant? = nil
    ) -> Standing {
        Standing(
            state: .waiting, waitsFor: cause, since: since, releasedBy: releasedBy,
            earliest: earliest)
    }
}
