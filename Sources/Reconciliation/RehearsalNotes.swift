/// What is written down while a rollout is rehearsed: who moved when, and what each wave waited for.

import Execution
import Model
import Planning
import Synchronization

/// Hears from the ledger and from the executor of a rehearsal what became of waves.
final class RehearsalNotes: Sendable {
    private let sheet = Mutex(RehearsalSheet())

    func take(_ batch: VirtualBatch) { sheet.withLock { $0.take(batch) } }
    func take(_ event: WaveEvent) { sheet.withLock { $0.take(event) } }
    func countRun() { sheet.withLock { $0.runs += 1 } }

    func read<Result: Sendable>(
        _ body: (inout RehearsalSheet) throws -> Result
    ) rethrows -> Result {
        try sheet.withLock { try body(&$0) }
    }
}

struct RehearsalSheet: Sendable {
    var runs = 0
    /// How many steps were settled, well or not.
    private(set) var settled = 0
    fileprivate var order: [String] = []
    fileprivate var lines: [String: Line] = [:]

    fileprivate struct Line: Sendable {
        var wave: Rehearsal.Wave
        var windows: [Rollout.Window]
        var lastRun: RunID?
        /// Ends of the openings in which batches began.
        var usedUntil: Set<Instant> = []
        /// What it waits for now, and since when.
        var waiting: (cause: Rehearsal.Wait.Cause, words: String, since: Instant)?
        var gates: [GateName: Int] = [:]
    }

    /// Puts a line there for each wave of the plan that has none yet.
    mutating func expect(_ plan: Plan) {
        var counts = [Int](repeating: 0, count: plan.stages.count)
        for step in plan.steps { counts[Int(step.stage)] += 1 }
        var new: Set<String> = []
        for (index, stage) in plan.stages.enumerated() where stage.retirement == nil {
            let name = stage.waveName
            guard counts[index] + stage.blocked > 0 || stage.standing.state != .done
            else { continue }
            if lines[name] == nil {
                new.insert(name)
                order.append(name)
                var wave = Rehearsal.Wave(name: name, rollout: stage.rollout, members: 0)
                wave.soak = stage.soak
                wave.hasWindows = !stage.windows.isEmpty
                lines[name] = Line(wave: wave, windows: stage.windows)
            }
            if new.contains(name) { lines[name]?.wave.members += counts[index] + stage.blocked }
        }
    }

    /// Takes over how far waves that are not over had come before.
    mutating func remember(_ journey: Journey) {
        for (wave, progress) in journey.waves where progress.hasStarted && !progress.isComplete {
            guard var line = lines[wave.description] else { continue }
            let left = line.wave.members
            line.wave.members = max(left, progress.start?.members ?? 0)
            line.wave.movedBefore = line.wave.members - left
            line.wave.began = progress.startedAt
            line.wave.settled = progress.settledAt
            lines[wave.description] = line
        }
    }

    mutating func take(_ batch: VirtualBatch) {
        settled += batch.done + batch.failed
        let name = batch.stage.waveName
        guard var line = lines[name] else { return }
        line.wave.moved += batch.done
        line.wave.failed += batch.failed
        line.wave.began = line.wave.began ?? batch.began
        if batch.stage.rollout == nil { line.wave.settled = batch.ended }
        if line.lastRun == batch.run, let last = line.wave.moving.indices.last {
            line.wave.moving[last].to = max(line.wave.moving[last].to, batch.ended)
        } else {
            line.lastRun = batch.run
            line.wave.moving.append(Rehearsal.Span(from: batch.began, to: batch.ended))
        }
        if case .open(let until?) = OpeningHours(line.windows).answer(at: batch.began) {
            line.usedUntil.insert(until)
        }
        lines[name] = line
    }

    mutating func take(_ event: WaveEvent) {
        let name = event.wave.description
        switch event.deed {
        case .started(let start):
            guard var wave = lines[name]?.wave else { return }
            // Who is late once more begins `late` once more.
            wave.members = (wave.completed == nil ? 0 : wave.members) + start.members
            wave.began = wave.began ?? event.at
            lines[name]?.wave = wave
        case .settled: lines[name]?.wave.settled = event.at
        case .completed: lines[name]?.wave.completed = event.at
        case .measured(let measurement):
            lines[name]?.gates[measurement.gate, default: 0] += 1
        case .breached, .renamed, .begunAnew, .takenBack: break
        }
    }

    /// Writes down what the waves of a plan wait for from now on.
    ///
    /// - Parameters:
    ///   - plan: Of this moment.
    ///   - before: When it was last looked at: what was waited for until then is over.
    ///   - now: This moment.
    mutating func look(at plan: Plan, since before: Instant, now: Instant) {
        expect(plan)
        var causes: [String: (Rehearsal.Wait.Cause, String)] = [:]
        var since: [String: Instant] = [:]
        for stage in plan.fronts where causes[stage.waveName] == nil {
            causes[stage.waveName] = stage.standing.cause
            // A soak begins by itself, in the middle of a run of others too.
            if stage.standing.cause.0 == .soak { since[stage.waveName] = stage.standing.since }
        }
        for name in order {
            let cause = causes[name]
            let hasMoved = lines[name]?.wave.moving.last.map { $0.to > before } ?? false
            if let old = lines[name]?.waiting, hasMoved || cause?.0 != old.cause {
                end(name, at: before)
            }
            if lines[name]?.waiting == nil, let cause {
                lines[name]?.waiting = (cause.0, cause.1, since[name] ?? now)
            }
        }
    }

    fileprivate mutating func end(_ name: String, at time: Instant) {
        guard let old = lines[name]?.waiting else { return }
        lines[name]?.waiting = nil
        guard time > old.since else { return }
        lines[name]?.wave.waits.append(
            Rehearsal.Wait(
                cause: old.cause, words: old.words,
                span: Rehearsal.Span(from: old.since, to: time)))
    }
}

extension RehearsalSheet {
    /// All lines, with what was waited for until the end.
    mutating func finish(at end: Instant) -> [Rehearsal.Wave] {
        for name in order { self.end(name, at: end) }
        return order.compactMap { name in
            guard let line = lines[name] else { return nil }
            var wave = line.wave
            wave.windowsUsed = line.usedUntil.count
            wave.gates = line.gates.sorted { $0.key < $1.key }.map {
                Rehearsal.GateCount(gate: $0.key, times: $0.value)
            }
            let first = [wave.began, wave.waits.first?.span.from].compactMap { $0 }.min()
            if let first {
                wave.openings = Self.openings(
                    of: line.windows, from: first, to: wave.settled ?? end)
            }
            return wave
        }
    }

    /// More than a picture can show are not counted out.
    private static let openingsMax = 1000

    private static func openings(
        of windows: [Rollout.Window], from: Instant, to: Instant
    ) -> [Rehearsal.Span] {
        let hours = OpeningHours(windows)
        var openings: [Rehearsal.Span] = []
        var time = from
        while !windows.isEmpty, time <= to, openings.count < openingsMax {
            switch hours.answer(at: time) {
            case .open(let until):
                openings.append(Rehearsal.Span(from: time, to: until ?? to))
                guard let until else { return openings }
                time = until
            case .closed(let until):
                guard let until else { return openings }
                time = until
            }
        }
        return openings
    }
}

extension Stage {
    /// The wave, with its apps; `open` for what is in no rollout.
    var waveName: String { waveID?.description ?? "open" }
}

extension Plan {
    /// Stages that wait for something else than one that goes before them.
    var fronts: [Stage] {
        stages.filter { stage in
            guard stage.retirement == nil, stage.standing.state == .waiting,
                !stage.needs.contains(stage.standing.waitsFor ?? "")
            else { return false }
            // A freeze is said of all, also of those whose turn has not come.
            guard [.freeze, .pause].contains(stage.standing.cause.0) else { return true }
            return stages.allSatisfy {
                $0.standing.state == .done
                    || !(stage.needs.contains($0.id) || stage.needs.contains($0.waveName))
            }
        }
    }
}

extension Standing {
    /// What kind of thing is waited for, told by the words of `Planning/Standing.swift`.
    var cause: (Rehearsal.Wait.Cause, String) {
        let words = waitsFor ?? ""
        let causes: [(String, Rehearsal.Wait.Cause)] = [
            ("its window", .window), ("its soak", .soak), ("the gate ", .gate),
            ("the freeze ", .freeze), ("the pause ", .pause),
        ]
        return (causes.first { words.hasPrefix($0.0) }?.1 ?? .other, words)
    }
}
