/// `ROLLOUT/WAVE/GATE`, as a person names a gate.

package import Model

/// A gate as it was named, before anybody knows on which side of its wave it stands.
package struct NamedGate: Hashable, Sendable {
    package var wave: WaveID
    package var name: String

    /// Nil where it is not three names.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        wave = WaveID(parts[0], parts[1])
        name = parts[2]
    }

    /// The gate that the rollout declares under this name: on the side that was said, or on the one side
    /// where there is such a gate. Whether the wave exists, `Reconciler.instruct` judges.
    package func resolved(
        in desired: DesiredState, on side: GateName.Side?
    ) throws(Meaningless) -> (id: GateID, gate: Gate) {
        let rollout = desired.rollouts.first { $0.name == wave.rollout }
        var found: [(id: GateID, gate: Gate)] = []
        for candidate in GateName.Side.allCases where side == nil || side == candidate {
            let uses = candidate == .before ? rollout?.gatesBefore : rollout?.gatesAfter
            guard let use = uses?.first(where: { $0.gate.name == name }) else { continue }
            found.append((GateID(wave, GateName(candidate, name)), use.gate))
        }
        if found.count > 1 {
            throw Meaningless(
                message: "the gate \(name) stands before and after \(wave)",
                hint: "say which is meant: --before or --after")
        }
        guard let only = found.first else { throw stranger(rollout, in: desired, on: side) }
        return only
    }

    private func stranger(
        _ rollout: Rollout?, in desired: DesiredState, on side: GateName.Side?
    ) -> Meaningless {
        guard let rollout else {
            let names = desired.rollouts.map(\.name).sorted().joined(separator: ", ")
            return Meaningless(
                message: "no rollout is named \(wave.rollout)",
                hint: "declared: \(names.isEmpty ? "none" : names)")
        }
        let gates =
            rollout.gatesBefore.map { "\($0.gate.name) (before)" }
            + rollout.gatesAfter.map { "\($0.gate.name) (after)" }
        let place = side.map { " \($0.rawValue) it" } ?? ""
        return Meaningless(
            message: "\(wave) has no gate \(name)\(place)",
            hint: "declared: \(gates.isEmpty ? "none" : gates.joined(separator: ", "))")
    }
}
