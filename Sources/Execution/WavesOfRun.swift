/// Waves in a run: with whom they begin, when their last move is settled, and how long their window is open.

import Model
import Planning

extension RunMachine {
    /// What standings hang on right now.
    func circumstances(at now: Instant) -> Circumstances {
        var circumstances = Circumstances(
            journey: journey, stops: stops, freezes: freezes, vouching: orders.vouching, time: now)
        circumstances.plan = orders.plan.digest
        return circumstances
    }

    /// Whether it is the turn of a stage, now that others are settled. What holds it for a while does not
    /// keep it from being entered: each batch asks for that.
    func isOpen(_ index: Int, after settled: Set<String>, at now: Instant) -> Bool {
        let turn = circumstances(at: now).turn(
            of: orders.stages[index], after: settled, moved: settled,
            isIdle: membersOf[index].isEmpty)
        return turn.state != .waiting
    }

    /// Whether a batch of a lane may begin now: nothing holds it, and it would end before its window does,
    /// if it took as long as the slowest of this run.
    func mayBegin(_ lane: LaneOrders, at now: Instant) -> Bool {
        let circumstances = circumstances(at: now)
        let stage = orders.stages[lane.stage]
        guard circumstances.hindrance(of: stage) == nil else { return false }
        guard let closes = circumstances.closing(of: stage) else { return true }
        return now + slowestBatch + lane.settles < closes
    }

    /// Writes down with whom a wave begins, once: from then on nobody joins it.
    mutating func beginWave(of index: Int, at now: Instant) {
        let stage = orders.stages[index]
        guard let wave = stage.waveID, !stage.isPart, !membersOf[index].isEmpty,
            journey[wave]?.isUnderWay != true
        else { return }
        let members = parts(of: wave).reduce(0) { $0 + membersOf[$1].count }
        let start = WaveStart(
            plan: orders.plan.digest, members: members, routes: stage.routes, run: orders.run.id,
            change: stage.change)
        record(WaveEvent(wave, .started(start), at: now))
    }

    /// Writes down that the last move of a wave is settled, once it is: then it begins to rest.
    mutating func endWave(of index: Int, at now: Instant) {
        guard let wave = orders.stages[index].waveID, let progress = journey[wave],
            progress.isUnderWay,
            // What an earlier run left in doubt the next apply settles, and the wave with it.
            progress.members.isDisjoint(with: orders.inDoubt)
        else { return }
        let isOver = parts(of: wave).allSatisfy {
            stages[$0].isOver && orders.stages[$0].blocked == 0 && !orders.stages[$0].isPart
        }
        if isOver { record(WaveEvent(wave, .settled, at: now)) }
    }

    /// Writes down that too many of a wave failed: nothing more of it begins until a person says so.
    mutating func haltWave(of index: Int, at now: Instant) {
        guard let wave = orders.stages[index].waveID, journey[wave]?.isUnderWay == true
        else { return }
        let stage = stages[index]
        let words = "\(stage.failed) of its members failed, and its budget is \(stage.allowance)"
        record(WaveEvent(wave, .breached(words), at: now))
    }

    private func parts(of wave: WaveID) -> [Int] {
        orders.stages.indices.filter { orders.stages[$0].waveID == wave }
    }

    private mutating func record(_ event: WaveEvent) {
        journey.take(event)
        outbox.add(.wave(event))
    }
}
