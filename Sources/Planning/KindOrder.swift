/// The order of kinds over stages: what would begin before what it needs has gone is held back, and what
/// is better done later is said.
///
/// Within a stage, `addNeeds` puts steps behind each other; here is what stages themselves put wrong.
/// `docs/reference/field.md`, "Ordering", has the sources.

import Model

extension PlanBuilder {
    /// Holds back steps that break the order of the field, and notes what else people should know of it.
    mutating func keepOrderOfKinds(_ comparisons: [Comparison]) {
        addDirectoriesLeft(comparisons)
        let late = Set(
            comparisons.flatMap { $0.scene.capabilities.moves }.filter { !$0.after.isEmpty }
                .map(\.kind))
        let candidates = steps.indices.filter { index in
            departure(of: steps[index]).map { late.contains($0.kind) } == true
        }
        guard !candidates.isEmpty else { return }
        let order = KindOrder(self, comparisons)
        var heldBack: Set<Int> = []
        for index in candidates {
            let step = steps[index]
            guard let departure = departure(of: step) else { continue }
            let reason =
                order.voiceBeforeUsers(departure, step, self)
                ?? order.neededLater(departure, step, self)
            if let reason {
                heldBack.insert(index)
                if reason.isWaitedFor(inWave: step.stage > 1) { tally.block(step.stage) }
                addLeft(step, reason)
            } else {
                addAppsBeforeUsers(departure, step, order)
            }
        }
        guard !heldBack.isEmpty else { return }
        steps = steps.indices.filter { !heldBack.contains($0) }.map { steps[$0] }
    }

    private mutating func addLeft(_ step: Step, _ reason: Reason) {
        left.append(
            Left(
                connection: step.connection, subject: step.subject, wanted: step.to,
                because: reason.because, rule: reason.rule.rawValue,
                detail: columns.text(reason.detail), until: nil, reason: step.reason))
    }

    fileprivate func words(of subject: Step.Subject) -> String {
        switch subject {
        case .resource(let row): columns.resource(row).description
        case .pool(let pool): pools[Int(pool)].name
        }
    }

    fileprivate func product(_ pool: Int32?) -> Product? {
        pool.flatMap { pools[Int($0)].product }
    }
}

/// What leaves each pool in which stage, counted once for all that is judged by it.
private struct KindOrder {
    typealias Departure = PlanBuilder.Departure

    /// An app that has to leave before others, and why it does not; nil where it leaves in time or late.
    private struct App {
        var words: String
        var stage: Int32
        var leftBecause: String?
    }

    private let waves: WaveDrawing
    /// Users that leave a pool, by their stage.
    private var users: [Departure: [Int32: Int]] = [:]
    private var apps: [Departure: [App]] = [:]
    private let appsBefore: [[Kind: [Kind]]]
    private let afterUsers: [Set<Kind>]
    /// Users on pools of Office Communications Server and why nobody can count them, by connection.
    private let legacyUsers: [(count: Int, gap: Gap?)]

    init(_ builder: PlanBuilder, _ comparisons: [Comparison]) {
        waves = builder.waves
        let able = comparisons.map(\.scene.capabilities)
        appsBefore = able.map(PlanBuilder.appsBefore)
        afterUsers = able.map { able in
            Set(able.moves.filter { $0.after.contains { $0.kind == .user } }.map(\.kind))
        }
        legacyUsers = comparisons.map {
            ($0.usersOfLegacyPools, $0.scene.observed.firstGap(kind: .user))
        }
        let needed = Set(appsBefore.flatMap(\.values).flatMap { $0 })
        for step in builder.steps {
            guard let departure = builder.departure(of: step) else { continue }
            if departure.kind == .user {
                // Who goes from one such pool to another has not left the product.
                let stays = builder.product(step.to) == builder.product(step.from)
                users[departure, default: [:]][stays ? Self.staying : step.stage, default: 0] += 1
            } else if needed.contains(departure.kind) {
                apps[departure, default: []].append(
                    App(words: builder.words(of: step.subject), stage: step.stage))
            }
        }
        for entry in builder.left where entry.wanted != nil {
            guard let connection = entry.connection, case .resource(let row) = entry.subject,
                needed.contains(builder.columns.kind(row)),
                let home = comparisons[Int(connection)].home(of: builder.columns.resource(row)),
                let from = builder.pools.firstIndex(where: {
                    Address.folded($0.fqdn) == Address.folded(home)
                        && $0.connection == builder.columns.connections[Int(connection)]
                })
            else { continue }
            let departure = Departure(
                connection: connection, from: Int32(from), kind: builder.columns.kind(row))
            apps[departure, default: []].append(
                App(words: builder.words(of: entry.subject), stage: -1, leftBecause: entry.rule))
        }
    }

    private static let staying: Int32 = -1

    /// Voice is cut over after the last user of Office Communications Server: its pools cannot talk to a
    /// newer Mediation Server.
    func voiceBeforeUsers(
        _ departure: Departure, _ step: Step, _ builder: PlanBuilder
    ) -> Reason? {
        guard departure.kind == .voiceRoute, builder.product(step.from) == .ocs2007r2,
            builder.product(step.to) != .ocs2007r2
        else { return nil }
        let there = legacyUsers[Int(step.connection)]
        let waits = "voice waits for the last user of Office Communications Server"
        if let gap = there.gap {
            return Reason(
                .unknown, .voiceBeforeUsers, "\(waits), and not all were read: \(gap.reason)")
        }
        let leaving = users.filter {
            $0.key.connection == step.connection && builder.product($0.key.from) == .ocs2007r2
        }.flatMap(\.value).filter { isInTime($0.key, for: step) }.reduce(0) { $0 + $1.value }
        let staying = there.count - leaving
        guard staying > 0 else { return nil }
        return Reason(
            .blocked, .voiceBeforeUsers,
            "\(waits): \(staying == 1 ? "1 does" : "\(staying) do") not leave before it")
    }

    /// What an app needs leaves the same pool in a later stage, or is asked for too and gets no step.
    func neededLater(_ departure: Departure, _ step: Step, _ builder: PlanBuilder) -> Reason? {
        var missed: [App] = []
        for kind in appsBefore[Int(step.connection)][departure.kind] ?? [] {
            let other = Departure(
                connection: departure.connection, from: departure.from, kind: kind)
            missed += (apps[other] ?? []).filter { !isInTime($0.stage, for: step) }
        }
        guard let first = missed.min(by: { $0.words < $1.words }) else { return nil }
        let why =
            first.leftBecause.map { "is left alone (\($0))" }
            ?? "its wave comes later: list it in the wave of this one, or before"
        return Reason(
            .blocked, .neededLater,
            "\(first.words) has to leave \(builder.pools[Int(departure.from)].name) first, and \(why)"
        )
    }

    /// How many users of its pool leave after an app that is better moved when they are gone.
    func usersLater(_ departure: Departure, than step: Step) -> Int {
        guard afterUsers[Int(step.connection)].contains(departure.kind) else { return 0 }
        let there = Departure(
            connection: departure.connection, from: departure.from, kind: .user)
        return (users[there] ?? [:]).filter {
            $0.key != Self.staying && !isInTime($0.key, for: step)
        }.reduce(0) { $0 + $1.value }
    }

    private func isInTime(_ stage: Int32, for step: Step) -> Bool {
        stage >= 0 && waves.isEarlier(stage, orSameAs: step.stage)
    }
}

extension Comparison {
    /// Users whose home is, or was when a move of them began, a pool of Office Communications Server.
    fileprivate var usersOfLegacyPools: Int {
        let legacy = homes.pools.values.enumerated().map { index, fqdn in
            if let declared = scene.poolOfCode[index + 1] { return declared.product == .ocs2007r2 }
            return scene.seenPools[Address.folded(fqdn)]?.product == .present(.ocs2007r2)
        }
        guard legacy.contains(true) else { return 0 }
        return verdicts.indices.count { row in
            let code = homes.pools.code(at: row)
            return code > 0 && legacy[Int(code) - 1] && homes.table.kind(at: row) == .user
        }
    }

    /// The pool that a resource lives on, where that is one.
    fileprivate func home(of resource: ResourceID) -> String? {
        guard let row = homes.table.row(of: resource), let code = homes.settledPoolCode(at: row)
        else { return nil }
        return homes.pools.values[Int(code) - 1]
    }
}

extension PlanBuilder {
    /// People first, then what serves them: an app of which users of its pool move in a later wave.
    private mutating func addAppsBeforeUsers(
        _ departure: Departure, _ step: Step, _ order: KindOrder
    ) {
        let later = order.usersLater(departure, than: step)
        guard later > 0 else { return }
        let name = words(of: step.subject)
        let pool = pools[Int(departure.from)].name
        findings.append(
            Finding(
                rule: PlanRule.appsBeforeUsers.rawValue, severity: .warning,
                message:
                    "\(name) moves before \(later == 1 ? "1 user" : "\(later) users") of \(pool)",
                pool: pool, resource: name, examples: [name],
                hint: "list it in the wave of the last of them"))
    }

    /// Conference directories leave before their pool does, or dial-in dies for every meeting that moved.
    private mutating func addDirectoriesLeft(_ comparisons: [Comparison]) {
        for declared in desired.pools where declared.state == .retired && part.contains(declared) {
            let connection = comparisons.first { $0.scene.connection.name == declared.connection }
            guard let connection, let code = connection.scene.code(ofPool: declared.name)
            else { continue }
            let table = connection.homes.table
            let here = connection.verdicts.indices.filter {
                table.kind(at: $0) == .conferenceDirectory
                    && connection.homes.pools.code(at: $0) == code
            }
            let pool = self.pool(declared: declared)
            let moving = Set(
                steps.filter {
                    $0.from == pool && departure(of: $0)?.kind == .conferenceDirectory
                }.map { words(of: $0.subject) })
            let names = here.map { table[$0].description }.filter { !moving.contains($0) }.sorted()
            guard let first = names.first else { continue }
            let stay =
                names.count == 1
                ? "1 conference directory stays" : "\(names.count) conference directories stay"
            findings.append(
                Finding(
                    rule: PlanRule.directoriesLeft.rawValue, severity: .warning,
                    message:
                        "\(stay) on \(declared.name), which is to be retired: dial-in would die for every meeting that moved",
                    pool: declared.name, resource: names.count == 1 ? first : nil,
                    count: names.count, examples: Array(names.prefix(10)),
                    location: declared.location, hint: "place them on another pool"))
        }
    }
}
