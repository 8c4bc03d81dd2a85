/// `kind: Policy`: rails for the whole estate. What a Policy does not say has the defaults below.

package struct Policy: Hashable, Sendable {
    package var limits: Limits
    package var freezes: [Freeze]
    package var approvals: Approvals
    package var privacy: Privacy
    /// Nil when no Policy is declared and every value is a default.
    package var location: SourceLocation?

    package init(
        limits: Limits = Limits(), freezes: [Freeze] = [], approvals: Approvals = Approvals(),
        privacy: Privacy = Privacy(), location: SourceLocation? = nil
    ) {
        self.limits = limits
        self.freezes = freezes
        self.approvals = approvals
        self.privacy = privacy
        self.location = location
    }
}

extension Policy {
    package struct Limits: Hashable, Sendable {
        /// Steps that one run may begin (rail `moves-per-run`).
        package var movesPerRun = 1000
        /// Paces, never refuses.
        package var movesPerHour: Int?
        /// Of everything homed on the declared pools of a connection (rail `moves-percent`).
        package var movesPercent: Double = 30
        /// Managed resources that one commit may let go (rail `desired-shrunken`).
        package var vanish = Share(percent: 5, atLeast: 10)
        /// Steps of a run whose premise may have changed before its plan is stale.
        package var stale = Share(percent: 1, atLeast: 3)
        /// Pools that one run may close or take out.
        package var retirementsPerRun = 1
        /// How long a pool rests between the two.
        package var retirementRest = Duration.seconds(86400)

        package init() {}
    }

    /// A share and a number, of which the larger counts.
    package struct Share: Hashable, Sendable {
        package var percent: Double
        package var atLeast: Int

        package init(percent: Double, atLeast: Int) {
            self.percent = percent
            self.atLeast = atLeast
        }

        /// How many of a total are allowed.
        package func allowance(of total: Int) -> Int {
            max(atLeast, Int((Double(total) * percent / 100).rounded(.down)))
        }
    }

    package struct Freeze: Hashable, Sendable {
        package var from: ManifestTime
        package var to: ManifestTime
        package var reason: String

        package init(from: ManifestTime, to: ManifestTime, reason: String) {
            self.from = from
            self.to = to
            self.reason = reason
        }
    }

    /// How many people must approve a deed; signers make approvals signatures.
    package struct Approvals: Hashable, Sendable {
        package var retire = 1
        package var move = 0
        package var override = 0
        /// Beside the person who stated it.
        package var attest = 0
        /// A file of public keys, relative to the folder of manifests.
        package var signers: String?

        package init() {}
    }

    /// Where people appear as pseudonyms.
    package struct Privacy: Hashable, Sendable {
        package enum Place: String, Hashable, Sendable, CaseIterable {
            case comments
            case logs
            case files
        }

        package var mask: Set<Place> = []

        package init() {}
    }
}
