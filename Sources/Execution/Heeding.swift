/// What people tell a run while it goes on.

import Model
import Planning

extension RunMachine {
    /// Takes what was recorded since, before anything else begins.
    ///
    /// What is in flight is finished whatever is said. A pause or a freeze lets nothing new begin where
    /// it holds, and the run ends waiting once nothing else is left; a cancelled run begins nothing
    /// more; a run whose next revision was announced finishes the stages that it entered and enters no
    /// other.
    mutating func heed(_ instructions: [Instruction], at now: Instant) {
        for instruction in instructions {
            stops.take(instruction)
            journey.take(instruction)
            switch instruction.deed {
            case .cancel(orders.run.id):
                if stop == nil { stop = .cancel(reason: instruction.reason ?? "") }
            case .announce(let revision): prepare(for: revision, at: now)
            case .hold, .release: findHeld(at: now)
            case .cancel, .pause, .resume, .retry, .goForward, .decide: break
            }
        }
    }

    private mutating func prepare(for revision: AnnouncedRevision, at now: Instant) {
        guard revision.desired != orders.run.campaign else {
            successor = nil
            return
        }
        // A way back is no wish of a revision: it is carried out whatever comes next.
        if !orders.isWayBack { successor = revision.desired }
        freezes += revision.freezes
        heldByNext = Set(revision.held.map { $0.folded(by: orders.folding) })
        findHeld(at: now)
    }

    private mutating func findHeld(at now: Instant) {
        held = []
        hold(heldByNext.union(stops.held.filter { $0.value.isActive(at: now) }.keys), at: now)
    }

    /// Steps that wait end here. Those in a queue or in a batch are let go where they would begin.
    private mutating func hold(_ resources: Set<ResourceID>, at now: Instant) {
        guard !resources.isEmpty else { return }
        let resources = resources.union(orders.ties.bound(to: resources).keys)
        for (step, order) in orders.moves.enumerated()
        where !steps[step].phase.isFinal
            && resources.contains(order.move.resource.folded(by: orders.folding))
        {
            held.insert(step)
            if steps[step].phase == .waiting { leaveAlone(step, at: now) }
        }
    }

    /// Ends a step that is not to begin. It counts no more, and what needs it is blocked.
    mutating func leaveAlone(_ step: Int, at now: Instant) {
        held.remove(step)
        counts.total -= 1
        finish(step, .held, at: now)
    }

    /// What keeps a stage from beginning anything now; nil where nothing does.
    func isHalted(_ stage: Int, at now: Instant) -> Standing? {
        circumstances(at: now).hindrance(of: orders.stages[stage])
    }
}
