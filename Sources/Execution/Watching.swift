/// What is in doubt, until observing has settled it or its deadline has passed.

import Adapters
import Model

extension RunMachine {
    /// The outcome of a step is unknown: it is looked at right away, and again until it is known.
    mutating func doubt(_ step: Int, _ message: String, at now: Instant) {
        guard steps[step].phase != .doubt else { return }
        steps[step].mayBeOurs = true
        steps[step].accepted = false
        watch(step, at: now)
    }

    mutating func watch(_ step: Int, at time: Instant) {
        steps[step].looks = 0
        let line = orders.lanes[orders.moves[step].lane].connection
        if lines[line].closed != nil {
            finish(step, .stuck, at: time)
            return
        }
        move(step, to: .doubt)
        lines[line].watched.add(step, at: time)
    }

    /// Looks at everything in doubt that is due, one look at a time on each connection.
    mutating func beginLooks(at now: Instant, _ effects: inout [Effect]) {
        for line in lines.indices where lines[line].closed == nil && !lines[line].isLooking {
            let chosen = dueSteps(on: line, at: now)
            guard !chosen.isEmpty else {
                if let next = nextLook(on: line) { wake(at: next) }
                continue
            }
            lastNumber += 1
            lines[line].isLooking = true
            looks[lastNumber] = OpenLook(
                line: line, steps: chosen, began: now, until: now + orders.limits.lookDeadline)
            effects.append(
                .observe(
                    number: lastNumber, connection: lines[line].name,
                    resources: chosen.map { orders.moves[$0].move.resource }))
        }
    }

    /// Nobody waits for a settling time after a stop: one look, and the rest is for the next run.
    private func nextLook(on line: Int) -> Instant? {
        lines[line].watched.next.map { max($0, lines[line].restsUntil ?? $0) }
    }

    private mutating func dueSteps(on line: Int, at now: Instant) -> [Int] {
        guard stop != nil || !lines[line].rests(at: now) else { return [] }
        let horizon = stop == nil ? now : Instant(millisecondsSince1970: .max)
        var chosen: [Int] = []
        var known: Set<Int> = []
        while chosen.count < orders.limits.lookSize,
            let step = lines[line].watched.popDue(at: horizon)
        {
            // A late answer may have settled it meanwhile, or have it watched once more: asked for twice,
            // one record would look like two of one name.
            if steps[step].phase == .doubt, known.insert(step).inserted { chosen.append(step) }
        }
        return chosen
    }

    mutating func looked(
        _ number: Int, _ answer: Result<Glance, AdapterError>, at now: Instant
    ) {
        guard let look = looks.removeValue(forKey: number) else { return }
        lines[look.line].isLooking = false
        switch answer {
        case .success(let glance):
            lines[look.line].misses = 0
            for step in look.steps where steps[step].phase == .doubt {
                judge(step, glance.sighting(of: orders.moves[step].move), look, at: now)
            }
        case .failure(let error):
            for step in look.steps where steps[step].phase == .doubt { lookAgain(step, at: now) }
            missed(error, on: look.line, at: now)
        }
    }

    private mutating func judge(
        _ step: Int, _ sighting: Sighting, _ look: OpenLook, at now: Instant
    ) {
        let order = orders.moves[step]
        let doubt = Doubt(
            deadline: steps[step].deadline, repeatable: orders.lanes[order.lane].repeatable,
            abandoned: lines[look.line].endsWithRunner && steps[step].answered
                && !steps[step].accepted)
        switch doubt.verdict(sighting, of: order.move, lookedAt: look.began) {
        case .done(let ownID): settle(step, .done, ownID: ownID, at: now)
        case .conflict(let why): settle(step, .conflict(why), at: now)
        case .gone: settle(step, .gone, at: now)
        case .notDone(let why): tryAgain(step, because: why, comesBack: nil, at: now)
        case .notRepeatable(let why):
            let words = "\(why); it may not be repeated, so a person must look at it and do it"
            settle(step, .failed(StepOutcome.Failure(.permanent, words)), at: now)
        case .open: lookAgain(step, at: now)
        case .stays: finish(step, .stuck, at: now)
        }
    }

    /// The next look is later each time, and the last one not before the deadline.
    private mutating func lookAgain(_ step: Int, at now: Instant) {
        let line = orders.lanes[orders.moves[step].lane].connection
        guard stop == nil, lines[line].closed == nil else { return finish(step, .stuck, at: now) }
        steps[step].looks = min(steps[step].looks, 254) + 1
        let wait = orders.limits.retry.delay(after: Int(steps[step].looks), atLeast: nil, &jitter)
        let deadline = steps[step].deadline
        let next = now < deadline ? min(now + wait, deadline) : now + wait
        lines[line].watched.add(step, at: next)
    }

    /// Calls whose answer is no longer waited for.
    mutating func giveUpWaiting(at now: Instant) {
        for number in looks.keys.sorted() {
            guard let look = looks[number], look.until <= now else { continue }
            looked(number, .failure(.transient("no answer came in time")), at: now)
        }
        for number in batches.keys.sorted() {
            guard let batch = batches[number], batch.waitsForAnswer, batch.until <= now else {
                continue
            }
            if batch.phase == .observing {
                check(number, .failure(.transient("no answer came in time")), at: now)
            } else {
                batches[number]?.phase = .overdue
                for step in batch.steps where steps[step].phase == .begun {
                    doubt(step, "no answer came in time", at: now)
                }
            }
        }
    }

    /// Comes back when the first open call should have been answered.
    mutating func wakeForAnswers() {
        let looks = looks.values.map(\.until)
        let batches = batches.values.filter(\.waitsForAnswer).map(\.until)
        if let first = (looks + batches).min() { wake(at: first) }
    }
}
