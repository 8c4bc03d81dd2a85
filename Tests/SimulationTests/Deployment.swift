/// The deployments' side of a simulated history: the rules of the embedded one, and what goes wrong on
/// the way there and back.

import AdapterEmbedded
import Adapters
import Execution
import Model
import TestSupport

/// A batch on its way through a deployment.
struct Call {
    /// What becomes of one step.
    enum Fate {
        case acts
        case transient
        case permanent
        /// Its outcome is not told, whether it acts or not.
        case unknown(acts: Bool)
    }

    var runner: Int
    var life: Int
    var batch: Batch
    var connection: String
    var deadline: Instant
    var fates: [Fate]
    var outcomes: [StepOutcome]
    /// Steps act in two parts, so that a process may die between them.
    var split: Int
    /// How the answer is lost, if it is.
    var loss: Loss?
    /// The work of a process that is gone, where it ends with the process.
    var isOver = false
    /// Whether the runner was told that the line went dead before anything happened.
    var isDead = false

    enum Loss {
        case unknown
        case never
    }
}

extension Simulator {
    func page(_ scope: Scope, on connection: String, _ hiding: [Gap]) -> Page {
        guard let deployment = deployments[connection],
            let page = try? EstateRules.observe(
                scope, after: nil, limit: 10_000, in: deployment, at: now, hiding: hiding)
        else {
            return Page(
                pools: [], homes: Homes(), gaps: [Gap(reason: "no such connection")], next: nil)
        }
        return page
    }

    /// A part that a look does not show.
    mutating func gap(on connection: String) -> Gap {
        let pools = estate.pools.filter { $0.connection == connection }
        return Gap(
            pool: random.oneIn(2) ? pools.randomElement(using: &random)?.fqdn : nil,
            kind: random.oneIn(2) ? .user : nil, reason: "one server does not answer")
    }

    mutating func glance(at resources: [ResourceID], on connection: String) -> Glance {
        let hiding =
            faults.strikes(.lookPartial, using: &random) ? [gap(on: connection)] : []
        let page = page(
            .resources(resources.eachOnce(comparedBy: .whole)), on: connection, hiding)
        return Glance(homes: page.homes, gaps: page.gaps)
    }

    mutating func look(
        _ number: Int, at resources: [ResourceID], on connection: String, for index: Int
    ) {
        if faults.strikes(.lookFails, using: &random) {
            guard !random.oneIn(4) else { return note("look \(number) is never answered") }
            let error: AdapterError =
                random.oneIn(10) ? .outcomeUnknown("timeout") : .transient("no answer")
            return later(.event(.observed(number, .failure(error))), index, after: span(1, 3000))
        }
        let wait = faults.strikes(.lookLate, using: &random) ? span(1000, 40_000) : span(1, 300)
        var glance = glance(at: resources, on: connection)
        for resource in resources { runners[index].seen[resource.folded(by: .whole)] = glance }
        if bug == .skipsThePremise { glance = pretended(resources, glance, for: index) }
        later(.event(.observed(number, .success(glance))), index, after: wait)
    }

    /// Begins a batch, as `Executor` does.
    mutating func perform(
        _ batch: Batch, on connection: String, deadline: Instant, for index: Int
    ) {
        guard now < deadline || bug == .forgetsTheLease else {
            let error = AdapterError.transient("its deadline passed before it began")
            return later(.event(.performed(batch.number, .failure(error))), index)
        }
        note("runner \(index) performs batch \(batch.number): \(batch.moves.map(\.resource))")
        failure = failure ?? invariants.begins(batch, connection, deadline, runners[index], self)
        if let error = refusal() {
            return later(
                .event(.performed(batch.number, .failure(error))), index, after: span(1, 2000))
        }
        let fates = batch.moves.map { _ in fate() }
        calls.append(
            Call(
                runner: index, life: runners[index].life, batch: batch, connection: connection,
                deadline: deadline, fates: fates,
                outcomes: fates.map(\.outcome),
                split: Int.random(in: 0...batch.moves.count, using: &random), loss: loss()))
        let room = max(1, (deadline - now).milliseconds - 2)
        let isDead = faults.strikes(.goesDead, using: &random)
        if isDead { goDead(calls.count - 1) }
        let isLate = isDead || faults.strikes(.actsLate, using: &random)
        let first = isLate ? span(1, room) : span(1, min(2000, room))
        let second = span(first.milliseconds, isLate ? room : min(4000, room))
        schedule(.act(call: calls.count - 1, part: 0), after: first)
        schedule(.act(call: calls.count - 1, part: 1), after: second)
    }

    /// The runner hears that the line went dead. Work that ends with its call is over by then.
    private mutating func goDead(_ number: Int) {
        let call = calls[number]
        calls[number].isDead = true
        let answer = RunMachine.Event.performed(
            call.batch.number, .failure(.outcomeUnknown("the line went dead")))
        if estate.capabilities[call.connection]?.endsWithRunner == true {
            calls[number].isOver = true
        }
        later(.event(answer), call.runner, after: span(1, 5000))
    }

    private mutating func refusal() -> AdapterError? {
        if faults.strikes(.transient, using: &random) { return .transient("busy") }
        if faults.strikes(.throttled, using: &random) {
            return .transient("too many requests", retryAfter: span(1000, 120_000))
        }
        if faults.strikes(.connectionRefused, using: &random) {
            return .permanent("the password is wrong")
        }
        return nil
    }

    private mutating func fate() -> Call.Fate {
        if faults.strikes(.stepTransient, using: &random) { return .transient }
        if faults.strikes(.stepPermanent, using: &random) { return .permanent }
        if faults.strikes(.stepUnknown, using: &random) {
            return .unknown(acts: random.oneIn(2))
        }
        return .acts
    }

    private mutating func loss() -> Call.Loss? {
        guard faults.strikes(.answerLost, using: &random) else { return nil }
        return random.oneIn(2) ? .unknown : .never
    }

    /// One part of a batch happens in the world.
    mutating func act(_ number: Int, part: Int) {
        let call = calls[number]
        guard !call.isOver, var deployment = deployments[call.connection] else { return }
        let places = part == 0 ? 0..<call.split : call.split..<call.batch.moves.count
        for place in places {
            guard call.fates[place].acts, bug != .claimsDone || !random.oneIn(8) else { continue }
            let one = Batch(
                run: call.batch.run, number: call.batch.number,
                moves: [asFound(call.batch.moves[place], on: call.connection)])
            let outcomes = try? EstateRules.perform(
                one, in: &deployment, at: now, takes: estate.takes[call.connection] ?? .zero)
            guard case .acts = call.fates[place], let outcome = outcomes?.first else { continue }
            calls[number].outcomes[place] = outcome
            if runners[call.runner].life == call.life {
                invariants.leaves(call.batch.moves[place].from, runners[call.runner])
            }
        }
        deployments[call.connection] = deployment
        if part == 1 { answer(number) }
    }

    /// A deployment that does not compare and swap moves whom it finds, wherever that is.
    private func asFound(_ move: Move, on connection: String) -> Move {
        guard estate.capabilities[connection]?.comparesAndSwaps == false,
            let record = deployments[connection]?.records(named: move.resource).first,
            case .present(.pool(let pool)) = record.home(at: now)
        else { return move }
        var found = move
        found.ownID = nil
        found.from = pool
        return found
    }

    private mutating func answer(_ number: Int) {
        let call = calls[number]
        calls[number].isOver = true
        guard !call.isDead else { return }
        let result: Result<[StepOutcome], AdapterError>
        switch call.loss {
        case .never: return note("batch \(call.batch.number) is never answered")
        case .unknown: result = .failure(.outcomeUnknown("the line went dead"))
        case nil: result = .success(call.outcomes)
        }
        let isLate = faults.strikes(.answerLate, using: &random)
        let wait = isLate ? span(1, 120_000) + max(.zero, call.deadline - now) : span(1, 200)
        schedule(
            .runner(
                call.runner, life: call.life, .event(.performed(call.batch.number, result))),
            after: wait)
    }

    /// The process of a runner is gone, or its run is over: work that cannot outlive it ends.
    mutating func endCalls(of index: Int) {
        for number in calls.indices
        where calls[number].runner == index && calls[number].life == runners[index].life
            && estate.capabilities[calls[number].connection]?.endsWithRunner == true
        {
            calls[number].isOver = true
        }
        for number in poolCalls.indices
        where poolCalls[number].runner == index && poolCalls[number].life == runners[index].life
            && estate.capabilities[poolCalls[number].pool.connection]?.endsWithRunner == true
        {
            poolCalls[number].isOver = true
        }
    }
}

extension Call.Fate {
    var acts: Bool {
        switch self {
        case .acts, .unknown(acts: true): true
        default: false
        }
    }

    /// What is answered where the rules are not asked.
    var outcome: StepOutcome {
        switch self {
        case .acts: .done
        case .transient: .failed(.init(.transient, "busy"))
        case .permanent: .failed(.init(.permanent, "not provisioned"))
        case .unknown: .failed(.init(.outcomeUnknown, "timeout"))
        }
    }
}

extension Simulator {
    /// The whole estate as the adapters show it, but for what is hidden.
    func observed(hiding: [String: [Gap]]) -> ObservedState {
        ObservedState(
            connections: estate.connections.map { connection in
                let page = page(
                    .everything(attributes: []), on: connection.name, hiding[connection.name] ?? [])
                return ObservedConnection(
                    name: connection.name, pools: page.pools, homes: page.homes, gaps: page.gaps)
            }, at: now)
    }
}
