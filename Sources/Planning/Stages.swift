/// The stages of a plan in the order of the way, as they stand at a time.

import Model

/// What belongs to each stage handle while a plan is made.
struct StageTally {
    /// How many steps it has.
    private(set) var steps: [Int]
    /// How many members cannot begin.
    private(set) var blocked: [Int]
    /// How many members are outside the part that the plan is about.
    private(set) var outside: [Int]
    private var routes: [Set<WaveRoute>]

    init(handles: Int) {
        steps = [Int](repeating: 0, count: handles)
        blocked = steps
        outside = steps
        routes = steps.map { _ in [] }
    }

    mutating func add(_ step: Step, _ pools: [PlanPool]) {
        let handle = Int(step.stage)
        steps[handle] += 1
        guard handle > 1, let from = step.from, let to = step.to else { return }
        let (left, right) = (pools[Int(from)], pools[Int(to)])
        routes[handle].insert(
            WaveRoute(
                from: left.name, fromProduct: left.product?.rawValue ?? "", to: right.name,
                toProduct: right.product?.rawValue ?? ""))
    }

    mutating func block(_ handle: Int32) { blocked[Int(handle)] += 1 }

    mutating func leaveOutside(_ handle: Int32) { outside[Int(handle)] += 1 }

    func isUsed(_ handle: Int) -> Bool {
        steps[handle] > 0 || blocked[handle] > 0 || outside[handle] > 0
    }

    func routes(of handle: Int) -> [WaveRoute] {
        // Users and apps of a wave are measured together.
        let first = handle - handle % 2
        return routes[first].union(routes[first + 1]).sorted()
    }
}

/// Puts stages into the order of the way and says how each stands.
struct StageOrder {
    private let waves: WaveDrawing
    private let tally: StageTally
    private(set) var stages: [Stage] = []
    /// Where each handle stands among them, or -1.
    private(set) var place: [Int32]
    private var counts: [Int] = []

    init(_ waves: WaveDrawing, _ tally: StageTally, _ circumstances: Circumstances) {
        self.waves = waves
        self.tally = tally
        place = [Int32](repeating: -1, count: tally.steps.count)
        if tally.isUsed(0) { add(0, Self.openStage("open", needs: [])) }
        if tally.isUsed(1) {
            add(1, Self.openStage("open/apps", needs: tally.isUsed(0) ? ["open"] : []))
        }
        for (index, course) in waves.courses.enumerated() {
            add(course, from: Int(waves.firstHandle[index]))
        }
        circumstances.stand(&stages, steps: counts)
    }

    private mutating func add(_ course: Course, from first: Int) {
        let next = course.lost == nil ? Self.next(of: course, from: first, tally) : nil
        var before: String?
        for position in course.waves.indices {
            let handle = first + position * 2
            let isKept = tally.isUsed(handle) || tally.isUsed(handle + 1)
            if position == course.late, !isKept, course.current != position { continue }
            var stage = stage(course, position, handle)
            stage.isAuthorised = position == next
            // Nothing begins beside the wave that is under way or rests, wherever it stands.
            let current = course.current.flatMap { $0 == position ? nil : "\(course.waves[$0])" }
            stage.needs =
                course.lost.map { ["\($0)"] }
                ?? [current, before == current ? nil : before].compactMap(\.self)
            add(handle, stage)
            if tally.isUsed(handle + 1) {
                stage.needs.append(stage.id)
                stage.id += "/apps"
                stage.blocked = tally.blocked[handle + 1]
                stage.isPart = tally.outside[handle + 1] > 0
                add(handle + 1, stage)
            }
            // A wave of which nobody moves goes before nothing.
            if isKept || position == course.current { before = "\(course.waves[position])" }
        }
    }

    /// The wave that applying the plan may begin or go on with: the one under way, else the first after
    /// the one that rests of which somebody is left.
    private static func next(of course: Course, from first: Int, _ tally: StageTally) -> Int? {
        if let current = course.current, course.progress[current]?.isUnderWay == true {
            return current
        }
        return course.waves.indices.first { position in
            tally.isUsed(first + position * 2) || tally.isUsed(first + position * 2 + 1)
        }
    }

    private mutating func add(_ handle: Int, _ stage: Stage) {
        place[handle] = Int32(stages.count)
        stages.append(stage)
        counts.append(tally.steps[handle])
    }

    private static func openStage(_ id: String, needs: [String]) -> Stage {
        Stage(
            id: id, rollout: nil, wave: nil, needs: needs, gatesBefore: [], gatesAfter: [],
            soak: nil, windows: [], budget: WaveDrawing.openBudget, isAuthorised: true,
            standing: Standing(state: .open))
    }

    private func stage(_ course: Course, _ position: Int, _ handle: Int) -> Stage {
        let rollout = course.rollout
        let isLate = position == course.late
        let wave = isLate ? rollout.waves.last : rollout.waves[position]
        let upTo = rollout.upTo.flatMap { name in
            name == Rollout.nowhere ? -1 : rollout.waves.firstIndex { $0.name == name }
        }
        let routes = course.progress[position]?.start?.routes ?? tally.routes(of: handle)
        return Stage(
            id: "\(course.waves[position])", rollout: rollout.name,
            wave: course.waves[position].wave, needs: [],
            gatesBefore: rollout.gatesBefore.map(\.gate),
            gatesAfter: rollout.gatesAfter.map(\.gate), soak: wave?.soak, windows: rollout.windows,
            budget: rollout.budget, isAuthorised: false, standing: Standing(state: .waiting),
            beyond: upTo.map { position > $0 } == true ? rollout.upTo : nil,
            change: isLate ? nil : wave?.change, blocked: tally.blocked[handle],
            isPart: tally.outside[handle] > 0, routes: routes)
    }
}
