/// How a rollout would go, as one page with a picture.

package import Model

package enum RehearsalHTML {
    /// A whole document. What the picture shows stands below it in words and tables.
    package static func render(_ rehearsal: Rehearsal) -> String {
        let lines = RehearsalLines(rehearsal)
        let name = rehearsal.estate.map { " of \($0)" } ?? ""
        let zone = rehearsal.zone
        var body = "<h1>\(HTMLPage.escaped("Rehearsal\(name)"))</h1>\n"
        body +=
            "<p class=\"verdict \(HTMLPage.name(lines.tone))\">\(HTMLPage.escaped(lines.verdict))</p>\n"
        body +=
            "<p class=\"faint\">From \(zone.words(rehearsal.from)). All times are of \(HTMLPage.escaped(zone.name)).</p>\n"
        if rehearsal.waves.contains(where: { $0.members > 0 }) {
            body += RehearsalPicture(rehearsal).svg
            body += legend
        }
        body += section("Breaks", entries(lines.breaks, marked: RehearsalPicture.letter))
        body += section("A person must", entries(lines.deeds) { "\($0 + 1)" })
        body += section("Waves", HTMLPage.table(RehearsalLines.head, lines.waves))
        body += section("Waits", HTMLPage.table(["wave", "for"], lines.waits.map { [$0, $1] }))
        if let left = lines.left {
            body += section("Left alone", "<p>\(HTMLPage.escaped(left))</p>\n")
        }
        let assumed = rehearsal.assumptions.map { "<li>\(HTMLPage.escaped($0))</li>\n" }
        body += section("Assumed", assumed.isEmpty ? "" : "<ul>\n\(assumed.joined())</ul>\n")
        return HTMLPage.document(title: "Rehearsal\(name)", body: body, moreStyle: style)
    }

    private static func section(_ title: String, _ content: String) -> String {
        content.isEmpty ? "" : "<section>\n<h2>\(title)</h2>\n\(content)</section>\n"
    }

    /// Rows that bear the marks of the picture.
    private static func entries(
        _ entries: [RehearsalLines.Entry], marked mark: (Int) -> String
    ) -> String {
        guard !entries.isEmpty else { return "" }
        let rows = entries.enumerated().map { index, entry in
            "<tr><td class=\"mark\">\(mark(index))</td><td class=\"time\">\(entry.at)</td>"
                + "<td>\(HTMLPage.escaped(entry.wave))</td><td>\(HTMLPage.escaped(entry.words))"
                + "<br><span class=\"faint\">\(HTMLPage.escaped(entry.hint))</span></td></tr>\n"
        }
        let head = ["mark", "when", "wave", "what"].map { "<th scope=\"col\">\($0)</th>" }.joined()
        return "<table>\n<tr>\(head)</tr>\n\(rows.joined())</table>\n"
    }

    private static let legend: String = {
        let keys = [
            ("moves", "moves"), ("soak", "rests"), ("wait", "waits"), ("open", "its windows"),
            ("freeze", "freeze"), ("weekend", "weekend"), ("deed", "a person must"),
            ("break", "breaks"), ("done", "complete"),
        ]
        let items = keys.map { key, words in
            let shape =
                switch key {
                case "deed", "done": "<circle class=\"\(key)\" cx=\"12\" cy=\"7\" r=\"5\"/>"
                case "open": "<rect class=\"open\" x=\"1\" y=\"5\" width=\"22\" height=\"4\"/>"
                default: "<rect class=\"\(key)\" x=\"1\" y=\"1\" width=\"22\" height=\"12\"/>"
                }
            return
                "<li><svg class=\"key\" viewBox=\"0 0 24 14\" aria-hidden=\"true\">\(shape)</svg> \(words)</li>\n"
        }
        return "<ul class=\"legend\">\n\(items.joined())</ul>\n"
    }()

    private static let style = """

        :root { --moves: #1f5fbf; --soak: #b9d2f3; --open: #2f9e5b; --weekend: #00000010; --freeze: #7a869a; --deed: #8a5a00; --paper: #fff; }
        @media (prefers-color-scheme: dark) { :root { --moves: #6ea8ff; --soak: #2b4670; --open: #4fc07c; --weekend: #ffffff12; --freeze: #8c98ac; --deed: #f0c060; --paper: #121212; } }
        body { max-width: 84rem; }
        h2 { font-size: 1.25rem; margin: 1rem 0 0; } table { margin: .5rem 0 1rem; }
        .verdict { font-size: 1.25rem; margin-bottom: 0; } .verdict + p { margin-top: 0; }
        .picture { overflow-x: auto; } .picture svg { width: 100%; min-width: 46rem; height: auto; display: block; }
        svg text { font: 13px system-ui, sans-serif; fill: currentColor; }
        svg text.small, svg text.axis { font-size: 11px; fill: var(--soft); }
        svg text.on { font-size: 10px; font-weight: 600; fill: var(--paper); text-anchor: middle; }
        .axis-line, .row-line { stroke: var(--line); stroke-width: 1; }
        .moves { fill: var(--moves); } .soak { fill: var(--soak); }
        .wait { fill: none; stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; }
        .open { fill: var(--open); } .weekend { fill: var(--weekend); }
        .freeze { fill: url(#hatch); stroke: var(--freeze); stroke-width: .5; } .hatch { stroke: var(--freeze); stroke-width: 1.5; }
        .deed { fill: var(--deed); } .break { fill: var(--bad); } .done { fill: var(--good); }
        .key { width: 24px; height: 14px; vertical-align: -2px; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding: 0; color: var(--soft); font-size: .875rem; }
        .time { white-space: nowrap; } .mark { color: var(--soft); }
        @media print { :root { color-scheme: light; } body { margin: 0; max-width: none; font-size: 12px; } section { break-inside: avoid; } svg { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
        """
}
