/// How a rollout would go, for a person at a terminal.

package import Model

package enum RehearsalText {
    package static func render(_ rehearsal: Rehearsal, width: Int, style: Style) -> String {
        let lines = RehearsalLines(rehearsal)
        var page = TextPage(width: width, style: style)
        let name = rehearsal.estate.map { " of \(Escaped.text($0))" } ?? ""
        page.line(
            "Rehearsal\(name), from \(rehearsal.zone.words(rehearsal.from)) (\(rehearsal.zone.name))",
            .strong)
        page.gap()
        page.sentence(lines.verdict, lines.tone, indent: 2)
        table(lines.waves, &page)
        fields("Waits", lines.waits, &page)
        entries("A person must", lines.deeds, .warning, &page)
        entries("Breaks", lines.breaks, .bad, &page)
        if let left = lines.left {
            page.gap()
            page.sentence("Left alone: \(left)", indent: 0)
        }
        page.gap()
        page.line("Assumed", .strong)
        for words in rehearsal.assumptions {
            page.sentence("- \(Escaped.text(words))", .faint, indent: 2, hanging: 4)
        }
        return page.text
    }

    private static func table(_ rows: [[String]], _ page: inout TextPage) {
        guard !rows.isEmpty else { return }
        page.gap()
        func cells(_ row: [String], _ tone: Tone) -> [TextPage.Cell] {
            row.enumerated().map { column, words in
                TextPage.Cell(
                    Escaped.text(words), tone, right: column == 1 || column > 5)
            }
        }
        page.rows(
            [cells(RehearsalLines.head, .faint)] + rows.map { cells($0, .plain) }, indent: 2)
    }

    private static func fields(
        _ title: String, _ fields: [(wave: String, words: String)], _ page: inout TextPage
    ) {
        guard !fields.isEmpty else { return }
        page.gap()
        page.line(title, .strong)
        let margin = 4 + (fields.map(\.wave.displayWidth).max() ?? 0)
        for field in fields {
            page.field(
                "  \(Escaped.text(field.wave))", Escaped.text(field.words), .plain, margin: margin)
        }
    }

    private static func entries(
        _ title: String, _ entries: [RehearsalLines.Entry], _ tone: Tone, _ page: inout TextPage
    ) {
        guard !entries.isEmpty else { return }
        page.gap()
        page.line(title, .strong)
        let wave = entries.map(\.wave.displayWidth).max() ?? 0
        for entry in entries {
            let padding = String(repeating: " ", count: wave - entry.wave.displayWidth)
            let name = wave == 0 ? "" : "  \(Escaped.text(entry.wave))\(padding)"
            let head = "  \(entry.at)\(name)"
            let margin = head.displayWidth + 2
            page.field(head, Escaped.text(entry.words), tone, margin: margin)
            page.field("", Escaped.text(entry.hint), .faint, margin: margin)
        }
    }
}
