/// The picture of a rehearsal: a row for each wave over days, drawn as SVG inside of a page.

import Model

/// Lengths are in units of the picture, which a browser scales.
struct RehearsalPicture {
    private let rehearsal: Rehearsal
    private let waves: [Rehearsal.Wave]
    private let from: Instant
    private let to: Instant

    private static let width = 1280.0
    private static let left = 190.0
    private static let right = 1264.0
    private static let top = 52.0
    private static let row = 44.0
    private static let bar = 16.0

    init(_ rehearsal: Rehearsal) {
        self.rehearsal = rehearsal
        waves = rehearsal.waves.filter { $0.members > 0 }
        from = rehearsal.from
        // A little room behind the end, and something to see of what took no time.
        let span = max((rehearsal.to - rehearsal.from).milliseconds, 60_000)
        to = rehearsal.from + .milliseconds(span + span / 40)
    }

    /// The mark of a break: A, B, ... and ! for all that come later.
    static func letter(_ index: Int) -> String {
        guard index < 26, let scalar = UnicodeScalar(UInt32(65 + index)) else { return "!" }
        return String(Character(scalar))
    }

    private var bottom: Double { Self.top + Double(waves.count) * Self.row }

    var svg: String {
        let height = bottom + 26
        var text =
            "<div class=\"picture\"><svg viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(height))\" role=\"img\" aria-labelledby=\"picture-title picture-words\">\n"
        text += "<title id=\"picture-title\">Waves over time</title>\n"
        text +=
            "<desc id=\"picture-words\">A row for each wave: when it moves, rests and waits. The tables below say the same.</desc>\n"
        text +=
            "<defs><pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"7\"/></pattern></defs>\n"
        text += weekends() + axis()
        for freeze in rehearsal.freezes {
            text += rect(
                "freeze", freeze.span, y: Self.top, height: bottom - Self.top,
                title: "freeze: \(freeze.reason)")
        }
        for (index, wave) in waves.enumerated() { text += row(wave, at: index) }
        text += marks()
        return text + "</svg></div>\n"
    }
}

/// Rows.
extension RehearsalPicture {
    private func y(_ index: Int) -> Double { Self.top + Double(index) * Self.row }

    private func row(_ wave: Rehearsal.Wave, at index: Int) -> String {
        let y = y(index)
        let middle = y + 14
        var text =
            "<g><line class=\"row-line\" x1=\"0\" y1=\"\(Self.number(y))\" x2=\"\(Self.number(Self.right))\" y2=\"\(Self.number(y))\"/>\n"
        text += label(wave.name, x: 0, y: y + 19)
        text += label(
            Words.count(wave.members, "member"), x: 0, y: y + 34, class: "small")
        text += openings(wave, y: y + 36)
        for wait in wave.waits where wait.cause != .soak {
            text += rect(
                "wait", wait.span, y: middle + 3, height: Self.bar - 6,
                title: "\(wave.name) waits for \(wait.words): \(Words.span(wait.span.length))")
        }
        if let settled = wave.settled, let soak = wave.soak {
            let end = wave.completed ?? min(settled + soak, rehearsal.to)
            text += rect(
                "soak", Rehearsal.Span(from: settled, to: end), y: middle, height: Self.bar,
                title: "\(wave.name) rests: \(Words.span(end - settled))")
        }
        for span in wave.moving {
            text += rect(
                "moves", span, y: middle, height: Self.bar, least: 3,
                title:
                    "\(wave.name) moves from \(time(span.from)) to \(time(span.to)): \(Words.span(span.length))"
            )
        }
        if let end = wave.completed ?? (wave.rollout == nil ? wave.settled : nil) {
            text +=
                "<circle class=\"done\" cx=\"\(Self.number(max(x(end), Self.left + 3) + 6))\" cy=\"\(Self.number(middle + Self.bar / 2))\" r=\"4\"><title>\(HTMLPage.escaped("\(wave.name) is complete: \(time(end))"))</title></circle>\n"
        }
        return text + "</g>\n"
    }

    /// One path for all of them: there may be hundreds.
    private func openings(_ wave: Rehearsal.Wave, y: Double) -> String {
        let shapes = wave.openings.compactMap { span -> String? in
            guard let (start, width) = extent(of: span, least: 1) else { return nil }
            return
                "M\(Self.number(start)) \(Self.number(y))h\(Self.number(width))v4h-\(Self.number(width))z"
        }
        return shapes.isEmpty ? "" : "<path class=\"open\" d=\"\(shapes.joined())\"/>\n"
    }

    /// What people do as numbers, what breaks as letters, on the row that it is about or above all rows; each
    /// a little to the right of the one before it where they would cover each other.
    private func marks() -> String {
        let deeds = rehearsal.deeds.enumerated().map { index, deed in
            Mark(
                at: deed.at, wave: deed.wave, words: "\(index + 1)",
                title: "a person must \(deed.words)", isBreak: false)
        }
        let breaks = rehearsal.breaks.enumerated().map { index, entry in
            Mark(
                at: entry.at, wave: entry.wave, words: Self.letter(index),
                title: "\(entry.kind.word): \(entry.words)", isBreak: true)
        }
        // Of one moment those that are written first come first.
        let marks = (deeds + breaks).enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        var taken: [Int: Double] = [:]
        return marks.map { mark in
            let row = waves.firstIndex { $0.name == mark.wave } ?? -1
            let x = max(x(mark.at), taken[row].map { $0 + 17 } ?? 0)
            taken[row] = x
            return draw(mark, x: x, y: row < 0 ? Self.top - 10 : y(row) + 8)
        }.joined()
    }

    private struct Mark {
        var at: Instant
        var wave: String?
        var words: String
        var title: String
        var isBreak: Bool
    }

    private func draw(_ mark: Mark, x: Double, y: Double) -> String {
        let shape =
            mark.isBreak
            ? "<rect class=\"break\" x=\"\(Self.number(x - 7.5))\" y=\"\(Self.number(y - 7.5))\" width=\"15\" height=\"15\" rx=\"2\"/>"
            : "<circle class=\"deed\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"7.5\"/>"
        return "<g><title>\(HTMLPage.escaped(mark.title))</title>\(shape)"
            + label(mark.words, x: x, y: y + 3.5, class: "on") + "</g>\n"
    }
}

/// The axis.
extension RehearsalPicture {
    private var zone: Zone { rehearsal.zone }

    private static let day: Int64 = 86_400

    private func weekends() -> String {
        let first = zone.day(of: from)
        let last = zone.day(of: to)
        guard last - first < 200 else { return "" }
        // The first of January 1970 was a Thursday.
        return (first...last).filter { ($0 + 3) % 7 >= 5 }.map { day in
            let span = Rehearsal.Span(
                from: zone.instant(ofLocal: day * Self.day, .opening),
                to: zone.instant(ofLocal: (day + 1) * Self.day, .opening))
            return rect("weekend", span, y: Self.top, height: bottom - Self.top, title: nil)
        }.joined()
    }

    /// Seconds between two lines, so that there are at most a dozen.
    private var step: Int64 {
        let span = (to - from).milliseconds / 1000
        let hours: [Int64] = [300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200]
        let days: [Int64] = [1, 2, 7, 14, 28, 56, 112, 224].map { $0 * Self.day }
        return (hours + days).first { span / $0 <= 12 } ?? 448 * Self.day
    }

    /// A line at the beginning of a day or within it, with its date or its hour.
    private func tick(_ instant: Instant, isDay: Bool) -> String {
        let x = x(instant)
        let line =
            "<line class=\"axis-line\" x1=\"\(Self.number(x))\" y1=\"\(Self.number(Self.top - 22))\" x2=\"\(Self.number(x))\" y2=\"\(Self.number(bottom))\"/>\n"
        // A label that would be cut off says less than none.
        guard x < Self.right - 62 else { return line }
        let words = zone.words(instant)
        return line
            + label(
                isDay
                    ? "\(words.prefix(4))\(words.dropFirst(9).prefix(5))" : String(words.suffix(5)),
                x: x + 4, y: Self.top - 26, class: "axis")
    }

    private func axis() -> String {
        let step = step
        var text = ""
        var local = zone.day(of: from) * Self.day
        // Weeks begin on Mondays.
        if step >= 7 * Self.day { local -= (local / Self.day + 3) % 7 * Self.day }
        while true {
            let instant = zone.instant(ofLocal: local, .opening)
            if instant > to { break }
            if instant >= from { text += tick(instant, isDay: local % Self.day == 0) }
            local += step
        }
        text +=
            "<line class=\"axis-line\" x1=\"0\" y1=\"\(Self.number(bottom))\" x2=\"\(Self.number(Self.right))\" y2=\"\(Self.number(bottom))\"/>\n"
        text += label("\(time(rehearsal.from))", x: Self.left, y: bottom + 16, class: "axis")
        let end = x(rehearsal.to)
        return text
            + "<text class=\"axis\" x=\"\(Self.number(end))\" y=\"\(Self.number(bottom + 16))\" text-anchor=\"end\">\(time(rehearsal.to))</text>\n"
    }
}

/// Shapes.
extension RehearsalPicture {
    private func time(_ instant: Instant) -> String { zone.words(instant) }

    private func x(_ instant: Instant) -> Double {
        let share = Double((instant - from).milliseconds) / Double((to - from).milliseconds)
        return Self.left + max(0, min(1, share)) * (Self.right - Self.left)
    }

    /// Nil for what is out of the picture.
    private func extent(of span: Rehearsal.Span, least: Double) -> (x: Double, width: Double)? {
        guard span.to >= from, span.from <= to, span.to > span.from || least > 1 else { return nil }
        let start = x(span.from)
        return (start, max(least, x(span.to) - start))
    }

    private func rect(
        _ style: String, _ span: Rehearsal.Span, y: Double, height: Double, least: Double = 1,
        title: String?
    ) -> String {
        guard let (start, width) = extent(of: span, least: least) else { return "" }
        let shape =
            "<rect class=\"\(style)\" x=\"\(Self.number(start))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" height=\"\(Self.number(height))\""
        guard let title else { return shape + "/>\n" }
        return shape + "><title>\(HTMLPage.escaped(title))</title></rect>\n"
    }

    private func label(_ words: String, x: Double, y: Double, class: String = "name") -> String {
        "<text class=\"\(`class`)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\">\(HTMLPage.escaped(words))</text>\n"
    }

    /// To a tenth, so that pages are the same everywhere.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0
            ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
