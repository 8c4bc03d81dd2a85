/// One line on how a run gets on. Whether it is drawn over or written anew is the terminal's matter.

package import Model

package enum ProgressText {
    /// For a terminal, without a line feed and no wider than `width`: what matters least goes first.
    package static func line(_ progress: RunProgress, width: Int, style: Style) -> String {
        var parts = parts(progress, short: true)
        while parts.count > 1, joined(parts).displayWidth > width {
            parts.removeLast()
        }
        return style.paint(joined(parts), progress.counts.failed > 0 ? .warning : .plain)
    }

    /// For a log: one whole line, without a line feed.
    package static func plain(_ progress: RunProgress) -> String {
        Words.list(parts(progress, short: false))
    }

    private static func joined(_ parts: [String]) -> String { parts.joined(separator: "  ") }

    /// What matters most first.
    private static func parts(_ progress: RunProgress, short: Bool) -> [String] {
        let counts = progress.counts
        let done = Words.number(counts.settled)
        let total = Words.number(counts.total)
        var parts = [short ? "\(done)/\(total)" : "\(done) of \(total) steps"]
        if counts.total > 0 { parts.append("\(counts.settled * 100 / counts.total) %") }
        if counts.failed > 0 { parts.append("\(Words.number(counts.failed)) failed") }
        if counts.inDoubt > 0 { parts.append("\(Words.number(counts.inDoubt)) in doubt") }
        if progress.isEnding {
            parts.append("finishing what is in flight")
        } else if let until = progress.restsUntil {
            parts.append("resting until \(until)")
        } else if let left = progress.timeLeft, counts.settled < counts.total {
            parts.append("\(Words.span(left)) left")
        }
        if let rate = progress.perMinute, rate.isFinite {
            let rounded = Words.number(Int(min(rate, 1e12).rounded()))
            parts.append(short ? "\(rounded)/min" : "\(rounded) a minute")
        }
        if counts.conflict > 0 { parts.append(Words.count(counts.conflict, "conflict")) }
        if progress.inFlight > 0 { parts.append("\(Words.number(progress.inFlight)) in flight") }
        return parts
    }
}
