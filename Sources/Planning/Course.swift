/// The way of one rollout, as far as it has come: which of its waves has begun.

import Model

/// The waves of a rollout in their order, the one for late comers last, with what the ledger knows of each.
struct Course {
    let rollout: Rollout
    /// Those of the manifest, and `late`.
    let waves: [WaveID]
    let progress: [WaveProgress?]
    /// The one that is under way or rests: there is never more than one, and nothing else begins until it
    /// is complete.
    let current: Int?
    /// One that has begun, is not over, and is declared no more: everything else waits for it.
    let lost: WaveID?

    init(_ rollout: Rollout, _ journey: Journey, lost: WaveID?) {
        self.rollout = rollout
        self.lost = lost
        waves =
            rollout.waves.map { WaveID(rollout.name, $0.name) }
            + [WaveID(rollout.name, WaveID.late)]
        progress = waves.map { journey[$0] }
        current = progress.firstIndex { $0?.isUnderWay == true || $0?.isResting == true }
    }

    var late: Int { waves.count - 1 }

    /// Where a member goes that is drawn into a wave; nil where it waits until `late` begins once more.
    func place(of step: StepID, drawnInto wave: Int) -> Int? {
        if let current, progress[current]?.isUnderWay == true,
            progress[current]?.isMember(step) == true
        {
            return current
        }
        return (wave..<waves.count).first { progress[$0]?.hasStarted != true }
    }
}
