/// The algorithm on one page. Read this file first.

package import Model

/// Turns what is asked for and what was seen into what would be done.
///
/// Pure, synchronous and deterministic: the same input gives the same bytes, in whatever order the
/// input was read. It asks no clock, no file and no adapter.
package enum Planner {
    /// The plan that leads from `observed` to `desired`.
    ///
    /// 1. Each connection is compared: who is claimed by which placement, and how that stands against
    ///    what was seen and what rehome did last (`Claims`, `Difference`).
    /// 2. Every difference becomes a step, or stands in `left` with the reason why not (`Obstacles`).
    /// 3. Steps are drawn into stages and put into order (`Waves`).
    /// 4. The digest names what the plan authorises and what that rests on (`PlanDigest`).
    /// 5. Rails judge what one run may begin now (`Rails`).
    ///
    /// - Parameters:
    ///   - desired: What the manifests ask for.
    ///   - observed: What adapters saw; a connection that could not be read is there with its gaps.
    ///   - memory: What the ledger knows.
    ///   - capabilities: What each connection can do, by its name.
    ///   - asOf: The time by which holds are judged; printed, never hashed.
    ///   - part: What to look at; nothing outside it gets a step or is reported.
    ///   - only: Steps beyond these are left out; nil leaves out none.
    /// - Returns: A plan, also where rails refuse it.
    package static func plan(
        desired: DesiredState, observed: ObservedState, memory: Memory,
        capabilities: [String: Capabilities], asOf: Instant, part: Narrowing,
        only: Set<StepID>? = nil
    ) -> Plan {
        let observed = observed.compared(by: desired.folding)
        let recorded = memory.journey
        let memory = memory.compared(by: desired.folding).aligned(with: desired, at: asOf)
        let comparisons = compare(desired, observed, memory, capabilities, asOf)
        var builder = PlanBuilder(desired, memory, part)
        for comparison in comparisons {
            builder.add(comparison)
        }
        if builder.part.isWholeEstate { builder.addIdleStops(comparisons) }
        builder.addRetirements(comparisons, asOf)
        builder.keepOrderOfKinds(comparisons)
        builder.addWhatIsNotDeclared(capabilities)
        builder.addChangedWaves(recorded, asOf)
        builder.addNarrowing(part)
        if let only { builder.keep(only: only) }
        var plan = builder.plan(observed, capabilities, asOf)
        plan.digest = plan.computedDigest()
        var circumstances = Circumstances(memory, desired.policy, at: asOf)
        circumstances.plan = plan.digest
        // Who is asked about a plan before a wave said nothing of any other.
        let callsOut = plan.stages.contains { $0.gatesBefore.contains { $0.call != nil } }
        if callsOut { plan.stand(under: circumstances) }
        plan.countApprovals(memory, circumstances)
        plan.refusals = Rails(desired, memory, capabilities, comparisons).refusals(of: plan)
        return plan
    }

    /// Every connection of the estate, compared; those without an observation are left out.
    static func compare(
        _ desired: DesiredState, _ observed: ObservedState, _ memory: Memory,
        _ capabilities: [String: Capabilities], _ asOf: Instant
    ) -> [Comparison] {
        // What was seen and recorded for this estate compares names as it does, and this costs nothing; the
        // base of a review may have been another one.
        let observed = observed.compared(by: desired.folding)
        let memory = memory.compared(by: desired.folding)
        return desired.connections.compactMap { connection in
            Scene(connection, desired, observed, memory, capabilities).map {
                Comparison($0, asOf: asOf)
            }
        }
    }
}
