/// Which steps begin together, and when.

import Adapters
import Model
import Planning

extension RunMachine {
    /// Enters every stage that stands open, now that others are settled.
    mutating func enterStages(at now: Instant) {
        guard successor == nil else { return }
        var grew = true
        while grew {
            grew = false
            var settled = Set<String>()
            for (index, stage) in stages.enumerated()
            where stage.isSettled || orders.stages[index].standing.state == .done {
                settled.insert(orders.stages[index].id)
            }
            for index in stages.indices where !stages[index].isEntered {
                guard isOpen(index, after: settled, at: now) else { continue }
                stages[index].isEntered = true
                grew = true
                beginWave(of: index, at: now)
                for step in membersOf[index] where steps[step].unmet == 0 { makeReady(step) }
            }
        }
    }

    mutating func makeReady(_ step: Int) {
        guard steps[step].phase == .waiting else { return }
        steps[step].phase = .ready
        lanes[orders.moves[step].lane].add(step)
    }

    /// Forms batches as long as there is room, one connection after the other.
    mutating func beginBatches(at now: Instant, _ effects: inout [Effect]) {
        guard !lines.isEmpty else { return }
        var idle = 0
        while idle < lines.count {
            let line = turn % lines.count
            turn = (turn + 1) % lines.count
            if let number = formBatch(on: line, at: now), let batch = batches[number] {
                idle = 0
                effects.append(
                    .observe(
                        number: number, connection: lines[line].name,
                        resources: batch.steps.map { orders.moves[$0].move.resource }))
            } else {
                idle += 1
            }
        }
    }

    private mutating func formBatch(on index: Int, at now: Instant) -> Int? {
        guard lines[index].closed == nil else { return nil }
        let open = lines[index].lanes.filter { mayBegin(orders.lanes[$0], at: now) }
        guard !open.isEmpty else { return nil }
        for lane in open { lanes[lane].bringBackDue(at: now) }
        if lines[index].rests(at: now) {
            if let until = lines[index].restsUntil { comesUp(at: until) }
            return nil
        }
        let hasPlace = lines[index].busy < lines[index].throttle.allowed
        for lane in open {
            if let next = lanes[lane].putOff.next { comesUp(at: next) }
            guard hasPlace, lanes[lane].count > 0 else { continue }
            let size = batchSize(of: lane, on: index, at: now)
            guard size > 0 else { continue }
            return openBatch(of: lane, on: index, size: size, at: now)
        }
        return nil
    }

    /// As many steps as all limits allow; 0 where one allows none yet.
    private mutating func batchSize(of lane: Int, on line: Int, at now: Instant) -> Int {
        let laneOrders = orders.lanes[lane]
        let room = stages[laneOrders.stage].room
        guard room > 0 else { return 0 }
        let hour = pace.room(at: now)
        guard hour > 0 else {
            if let next = pace.nextRoom { comesUp(at: next) }
            return 0
        }
        // What moves as a whole is one deed: it is not divided by limits that count steps.
        var size = lanes[lane].count
        if let most = laneOrders.batch {
            size = min(size, max(1, most), lines[line].batch, room, hour)
            size = min(size, lines[line].bucket?.capacity ?? size)
        }
        if let enough = lines[line].bucket?.take(size, at: now) {
            comesUp(at: enough)
            return 0
        }
        pace.take(size, at: now)
        return size
    }

    private mutating func openBatch(of lane: Int, on line: Int, size: Int, at now: Instant) -> Int {
        lastNumber += 1
        let until = now + orders.limits.lookDeadline
        let batch = OpenBatch(
            number: lastNumber, line: line, lane: lane, began: now, steps: lanes[lane].take(size),
            until: until, deadline: until)
        for step in batch.steps { move(step, to: .chosen) }
        lines[line].busy += 1
        batches[lastNumber] = batch
        return lastNumber
    }

    /// Looks at what was seen right before a batch: who is still where the plan has him begins.
    mutating func check(
        _ number: Int, _ answer: Result<Glance, AdapterError>, at now: Instant
    ) {
        guard var batch = batches[number], batch.phase == .observing else { return }
        guard case .success(let glance) = answer else {
            if case .failure(let error) = answer { missed(error, on: batch.line, at: now) }
            release(number)
            return
        }
        lines[batch.line].misses = 0
        guard mayBegin else { return release(number) }
        var kept: [Int] = []
        for step in batch.steps {
            if held.contains(step) {
                leaveAlone(step, at: now)
            } else if let ownID = premise(
                of: step, glance.sighting(of: orders.moves[step].move), at: now)
            {
                kept.append(step)
                batch.ownIDs.append(ownID)
            }
        }
        giveBack(batch.steps.count - kept.count, on: batch.line)
        batch.steps = kept
        batch.phase = .checked
        batches[number] = batch
        // A conflict found here may have made the plan stale.
        if kept.isEmpty || !mayBegin { release(number) }
    }

    /// The own id of a resource that is where its move begins; nil where the step does not begin now.
    private mutating func premise(
        of step: Int, _ sighting: Sighting, at now: Instant
    ) -> String?? {
        switch sighting {
        case .source(let ownID): return .some(ownID)
        case .target(let ownID):
            settle(step, steps[step].mayBeOurs ? .done : .already, ownID: ownID, at: now)
        case .elsewhere(let why): settle(step, .conflict(why), at: now)
        case .absent: settle(step, .gone, at: now)
        case .underway, .unseen: putOff(step, atLeast: nil, at: now)
        }
        return nil
    }

    /// Tries a step later, without counting it as an attempt; a step that is put off too often is left.
    mutating func putOff(_ step: Int, atLeast floor: Duration?, at now: Instant) {
        steps[step].postponed += 1
        let times = Int(steps[step].postponed)
        guard times < min(orders.limits.retry.postponements, 255) else {
            return finish(step, .unseen, at: now)
        }
        comeBack(step, at: now + orders.limits.retry.delay(after: times, atLeast: floor, &jitter))
    }

    mutating func comeBack(_ step: Int, at time: Instant) {
        move(step, to: .ready)
        lanes[orders.moves[step].lane].putOff.add(step, at: time)
    }

    /// Puts the steps of a batch back that did not begin, and closes it.
    mutating func release(_ number: Int) {
        guard let batch = batches[number] else { return }
        giveBack(batch.steps.count, on: batch.line)
        for step in batch.steps where steps[step].phase == .chosen {
            move(step, to: .ready)
            lanes[batch.lane].putBack(step)
        }
        close(number)
    }

    mutating func close(_ number: Int) {
        guard let batch = batches.removeValue(forKey: number) else { return }
        lines[batch.line].busy -= 1
    }

    mutating func giveBack(_ count: Int, on line: Int) {
        guard count > 0 else { return }
        lines[line].bucket?.giveBack(count)
        pace.giveBack(count)
    }

    /// A look that gave no answer: later again, and after some in a row not in this run.
    mutating func missed(_ error: AdapterError, on line: Int, at now: Instant) {
        lines[line].misses += 1
        let policy = orders.limits.retry
        if case .permanent(let message) = error { return closeLine(line, message, at: now) }
        guard lines[line].misses < policy.attempts else {
            return closeLine(line, error.message, at: now)
        }
        var floor: Duration?
        if case .transient(_, let retryAfter) = error { floor = retryAfter }
        lines[line].rest(
            until: now + policy.delay(after: lines[line].misses, atLeast: floor, &jitter))
    }

    /// Asks nothing more of a connection in this run. What is in doubt there stays in doubt.
    mutating func closeLine(_ line: Int, _ message: String, at now: Instant) {
        guard lines[line].closed == nil else { return }
        lines[line].closed = message
        for step in lines[line].watched.popAll() where steps[step].phase == .doubt {
            finish(step, .stuck, at: now)
        }
    }
}
