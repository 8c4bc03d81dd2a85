/// How many people approve a plan, who they are, and what is missing.

package import Model

/// One approval whose giver was looked at.
package struct Approval: Hashable, Sendable {
    /// Who gave it. What a person calls himself (`--as`) is no part of it.
    package enum Giver: Hashable, Sendable {
        case account(String, host: String)
        case key(principal: String, fingerprint: String)
    }

    package var giver: Giver
    /// The plan that was approved.
    package var digest: String
    /// The steps that this plan authorised.
    package var steps: Set<StepID>

    package init(by giver: Giver, digest: String, steps: Set<StepID>) {
        self.giver = giver
        self.digest = digest
        self.steps = steps
    }
}

extension [Approval] {
    /// The people who gave them, but for one who may not: whoever has an account of his name, on whatever
    /// host, or a key that is listed under that name, with or without what follows an `@`.
    package func people(but actor: Actor) -> Set<String> {
        let account = actor.account.lowercased()
        let others = Approver.people(of: self, Partisans(applier: nil)).filter { person in
            !person.accounts.union(person.principals).contains {
                $0.lowercased().prefix { $0 != "@" } == account
            }
        }
        return Set(others.map(\.name))
    }
}

/// Whose approval does not count where more than one is wanted.
package struct Partisans: Hashable, Sendable {
    /// Whoever applies the plan; nil where nobody does yet.
    package var applier: Actor?
    /// The e-mail addresses of who wrote the change.
    package var authors: Set<String>

    package init(applier: Actor?, authors: Set<String> = []) {
        self.applier = applier
        self.authors = authors
    }
}

/// Approvals of a plan, counted: a pure function of what was given and what policy wants.
///
/// An approval covers the steps of the plan that it names, wherever they turn up again. That a rail is
/// lifted is approved for one plan alone.
package struct Approvals: Sendable {
    private let plan: Plan
    private let policy: Policy.Approvals
    private let people: [Approver]
    /// Whether nobody applies the plan yet: then also what waits for approvals alone is asked about.
    private let isForecast: Bool

    /// Approvals come in the order in which they were given.
    package init(
        of plan: Plan, given: [Approval], policy: Policy.Approvals, partisans: Partisans
    ) {
        self.plan = plan
        self.policy = policy
        people = Approver.people(of: given, partisans)
        isForecast = partisans.applier == nil
    }

    /// What policy asks about this plan; nothing for what it does not do. `lifting` says whether a rail is
    /// lifted for it.
    package func tallies(lifting: Bool) -> [ApprovalTally] {
        var tallies: [ApprovalTally] = []
        let steps = plan.authorisedSteps
        let moves = steps.filter { $0.action == .move }.map(\.id)
        if policy.move > 0, !moves.isEmpty {
            tallies.append(tally(.move, wanted: policy.move, of: moves) { $0.steps })
        }
        // Closing a pool can be undone, and what cannot is asked about when nothing else is in its way.
        let retirements = steps.filter { step in
            let stage = plan.stages[Int(step.stage)]
            return stage.retirement?.part == .removal
                && (isForecast || stage.standing.state == .open)
        }.map(\.id)
        if policy.retire > 0, !retirements.isEmpty {
            tallies.append(tally(.retire, wanted: policy.retire, of: retirements) { $0.steps })
        }
        if policy.override > 0, lifting {
            let all = steps.map(\.id)
            let digest = plan.digest
            tallies.append(
                tally(.override, wanted: policy.override, of: all) {
                    $0.digests.contains(digest) ? Set(all) : []
                })
        }
        return tallies
    }

    private func tally(
        _ matter: ApprovalTally.Matter, wanted: Int, of steps: [StepID],
        _ covered: (Approver) -> Set<StepID>
    ) -> ApprovalTally {
        var tally = ApprovalTally(matter, wanted: wanted)
        var counts = [StepID: Int](
            steps.map { ($0, 0) }, uniquingKeysWith: { first, _ in first })
        for person in people {
            let mine = covered(person)
            let covers = counts.keys.count { mine.contains($0) }
            guard covers > 0 else { continue }
            // One person who does both is all that a policy of one asks for.
            if wanted > 1, let because = person.discount {
                tally.discounted.append(.init(name: person.name, because: because))
                continue
            }
            if covers == counts.count {
                tally.by.append(person.name)
            } else {
                tally.partlyBy.append(person.name)
            }
            for step in mine { counts[step]? += 1 }
        }
        tally.count = counts.values.min() ?? 0
        tally.open = counts.values.count { $0 < wanted }
        return tally
    }
}

/// One person, with all that he approved: approvals that share a key or a name are of the same one.
private struct Approver {
    var name: String
    var accounts: Set<String> = []
    var principals: Set<String> = []
    var fingerprints: Set<String> = []
    var digests: Set<String> = []
    var steps: Set<StepID> = []
    var discount: ApprovalTally.Discount?

    init(_ approval: Approval) {
        digests = [approval.digest]
        steps = approval.steps
        switch approval.giver {
        case .account(let account, let host):
            name = "\(account)@\(host)"
            accounts = [name]
        case .key(let principal, let fingerprint):
            name = principal
            principals = [principal.lowercased()]
            fingerprints = [fingerprint]
        }
    }

    static func people(of given: [Approval], _ partisans: Partisans) -> [Approver] {
        var people: [Approver] = []
        for approval in given {
            var person = Approver(approval)
            // What comes may show that two who seemed different are one.
            let same = people.indices.filter { people[$0].isSame(as: person) }
            if let first = same.first {
                var known = people[first]
                known.add(person)
                for other in same.dropFirst() { known.add(people[other]) }
                person = known
            }
            people.insert(person, at: same.first ?? people.count)
            for index in same.reversed() { people.remove(at: index + 1) }
        }
        for index in people.indices { people[index].discount = people[index].discount(partisans) }
        return people
    }

    private func isSame(as other: Approver) -> Bool {
        !accounts.isDisjoint(with: other.accounts) || !principals.isDisjoint(with: other.principals)
            || !fingerprints.isDisjoint(with: other.fingerprints)
    }

    private mutating func add(_ other: Approver) {
        accounts.formUnion(other.accounts)
        principals.formUnion(other.principals)
        fingerprints.formUnion(other.fingerprints)
        digests.formUnion(other.digests)
        steps.formUnion(other.steps)
    }

    private func discount(_ partisans: Partisans) -> ApprovalTally.Discount? {
        if let applier = partisans.applier {
            let account = "\(applier.account)@\(applier.host)"
            let names = [applier.account.lowercased(), account.lowercased()]
            if accounts.contains(account) || !principals.isDisjoint(with: names) {
                return .applies
            }
        }
        let authors = Set(partisans.authors.map { $0.lowercased() })
        return principals.isDisjoint(with: authors) ? nil : .wroteTheChange
    }
}
