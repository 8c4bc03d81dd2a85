/// What a rehearsal says, in words and tables, before any form is chosen.

import Model

/// The parts that text and page share. Nothing in it is escaped yet.
struct RehearsalLines {
    /// One or two sentences: when it ends, or that it does not.
    var verdict: String
    var tone: Tone
    static let head = [
        "wave", "members", "begins", "moved by", "complete", "moves for", "pace", "windows",
        "gates",
    ]
    /// Rows under `head`.
    var waves: [[String]]
    /// What each wave waited for; only those that did.
    var waits: [(wave: String, words: String)]
    var deeds: [Entry]
    var breaks: [Entry]
    /// Nil where nobody is left.
    var left: String?

    /// Something with its place on the timeline.
    struct Entry {
        var at: String
        var wave: String
        var words: String
        var hint: String
    }

    init(_ rehearsal: Rehearsal) {
        let zone = rehearsal.zone
        (verdict, tone) = Self.verdict(of: rehearsal)
        waves = rehearsal.waves.map { Self.row($0, zone) }
        waits = rehearsal.waves.compactMap { wave in
            wave.waits.isEmpty ? nil : (wave.name, Self.waits(of: wave))
        }
        deeds = rehearsal.deeds.map {
            Entry(at: zone.words($0.at), wave: $0.wave ?? "", words: $0.words, hint: $0.hint)
        }
        breaks = rehearsal.breaks.map {
            Entry(
                at: zone.words($0.at), wave: $0.wave ?? "", words: "\($0.kind.word): \($0.words)",
                hint: $0.hint)
        }
        let counts = rehearsal.left.map {
            "\(Words.number($0.count)) \($0.because.rawValue.replacing("-", with: " "))"
        }
        left = counts.isEmpty ? nil : Words.list(counts)
    }

    private static func verdict(of rehearsal: Rehearsal) -> (String, Tone) {
        let members = rehearsal.waves.reduce(0) { $0 + $1.members - $1.movedBefore }
        guard members > 0 || rehearsal.runs > 0 else {
            return rehearsal.isWhole
                ? ("Nothing is to be moved.", .good) : ("Nothing can be moved.", .bad)
        }
        let end = rehearsal.zone.words(rehearsal.to)
        let span = rehearsal.to - rehearsal.from
        var words = rehearsal.isWhole ? "Ends \(end), after \(Words.span(span))" : "Stops \(end)"
        words += rehearsal.isWhole ? ": " : ", and does not come to its end: "
        words +=
            "\(Words.number(rehearsal.moved)) of \(Words.count(members, "resource")) moved in \(Words.count(rehearsal.runs, "run"))"
        if rehearsal.windowsUsed > 0 {
            words += " and \(Words.count(rehearsal.windowsUsed, "window"))"
        }
        if rehearsal.failed > 0 { words += "; \(Words.number(rehearsal.failed)) failed" }
        let tone: Tone =
            !rehearsal.isWhole ? .bad : rehearsal.breaks.isEmpty ? .good : .warning
        return (words + ".", tone)
    }

    private static func row(_ wave: Rehearsal.Wave, _ zone: Zone) -> [String] {
        func time(_ instant: Instant?) -> String {
            instant.map { short(zone.words($0)) } ?? "-"
        }
        let measured = wave.gates.reduce(0) { $0 + $1.times }
        let moving = wave.movingTime
        return [
            wave.name, Words.number(wave.members), time(wave.began), time(wave.settled),
            time(wave.completed ?? (wave.rollout == nil ? wave.settled : nil)),
            wave.moving.isEmpty ? "-" : Words.span(moving), pace(wave.moved, in: moving),
            wave.hasWindows ? Words.number(wave.windowsUsed) : "",
            measured > 0 ? Words.number(measured) : "",
        ]
    }

    /// `Tue 12-08 04:12`: the year stands above the table.
    private static func short(_ time: String) -> String { "\(time.prefix(4))\(time.dropFirst(9))" }

    /// `300/min`, `12/h`: of the time in which it moved at all.
    private static func pace(_ moved: Int, in time: Duration) -> String {
        let milliseconds = Int(time.milliseconds)
        guard moved > 0, milliseconds > 0 else { return "" }
        let perMinute = (moved * 60_000 + milliseconds / 2) / milliseconds
        guard perMinute < 10 else { return "\(Words.number(perMinute))/min" }
        return "\(Words.number((moved * 3_600_000 + milliseconds / 2) / milliseconds))/h"
    }

    /// `its window 14 h (2 times), its soak 3 d`
    private static func waits(of wave: Rehearsal.Wave) -> String {
        var sums: [(words: String, times: Int, span: Duration)] = []
        for wait in wave.waits {
            // What was said of a gate or a freeze differs from time to time.
            let words = wait.cause == .gate ? "its gates" : wait.words
            if let place = sums.firstIndex(where: { $0.words == words }) {
                sums[place].times += 1
                sums[place].span += wait.span.length
            } else {
                sums.append((words, 1, wait.span.length))
            }
        }
        return Words.list(
            sums.map { sum in
                "\(sum.words) \(Words.span(sum.span))"
                    + (sum.times == 1 ? "" : " (\(Words.number(sum.times)) times)")
            })
    }
}
