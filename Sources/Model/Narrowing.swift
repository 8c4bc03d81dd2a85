/// A part of an estate to look at or act on: what `--rollout`, `--wave`, `--site` and `--only` say.

/// Conditions that a resource must meet, all of them; of one kind of condition, any of its values.
/// Without conditions it is the whole estate.
package struct Narrowing: Hashable, Sendable {
    /// Names of rollouts whose placements ask for the resource.
    package var rollouts: Set<String>
    /// Waves that draw it, as `ROLLOUT/WAVE`.
    package var waves: Set<String>
    /// Sites of the pool that it is on or asked to.
    package var sites: Set<String>
    /// The resources themselves, as they were written.
    package var only: Set<ResourceID>

    package init(
        rollouts: Set<String> = [], waves: Set<String> = [], sites: Set<String> = [],
        only: Set<ResourceID> = []
    ) {
        self.rollouts = rollouts
        self.waves = waves
        self.sites = sites
        self.only = only
    }

    /// No narrowing at all.
    package static let wholeEstate = Narrowing()

    package var isWholeEstate: Bool { self == Self.wholeEstate }

    /// The options that say the same, in a fixed order.
    package var arguments: [String] {
        rollouts.sorted().flatMap { ["--rollout", $0] } + waves.sorted().flatMap { ["--wave", $0] }
            + sites.sorted().flatMap { ["--site", $0] }
            + only.map(\.description).sorted().flatMap { ["--only", $0] }
    }

    /// The first name that an estate does not have, in a sentence; resources are not judged, because
    /// one that no manifest names may be in the deployment.
    package func unknownName(in desired: DesiredState) -> String? {
        let known = [
            ("rollout", rollouts, desired.rollouts.map(\.name)),
            (
                "wave", waves,
                desired.rollouts.flatMap { rollout in
                    rollout.waves.map { "\(rollout.name)/\($0.name)" }
                }
            ),
            ("site", sites, Set(desired.pools.map(\.site)).sorted()),
        ]
        for (what, wanted, names) in known {
            guard let stranger = wanted.subtracting(names).min() else { continue }
            let list =
                names.isEmpty ? "there is none" : "there are \(names.joined(separator: ", "))"
            return "no \(what) is named \(stranger): \(list)"
        }
        return nil
    }
}
