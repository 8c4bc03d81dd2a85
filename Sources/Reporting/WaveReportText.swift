/// How waves went, for a person at a terminal.

package import Model

package enum WaveReportText {
    /// One block for each beginning of a wave, in the order given.
    package static func render(_ reports: [WaveReport], width: Int, style: Style) -> String {
        var page = TextPage(width: width, style: style)
        if reports.isEmpty { page.line("No wave has begun, and no gate was measured.") }
        for report in reports {
            page.gap()
            render(WaveReportLines(report), &page)
        }
        return page.text
    }

    private static func render(_ lines: WaveReportLines, _ page: inout TextPage) {
        page.line("\(Escaped.text(lines.title)): \(lines.state.words)", lines.state.tone)
        for fact in lines.facts {
            page.field("  \(fact.name)", Escaped.text(fact.words), .plain, margin: 14)
        }
        for trouble in lines.troubles {
            page.sentence(Escaped.text(trouble.words), trouble.tone, indent: 2, hanging: 4)
            page.line(Escaped.text(trouble.examples), .faint, indent: 4)
        }
        table(WaveReportLines.gateHead, lines.gates, right: 1...3, &page)
        table(WaveReportLines.decisionHead, lines.decisions, right: nil, &page)
    }

    private static func table(
        _ head: [String], _ rows: [[String]], right: ClosedRange<Int>?, _ page: inout TextPage
    ) {
        guard !rows.isEmpty else { return }
        func cells(_ row: [String], _ tone: Tone) -> [TextPage.Cell] {
            row.enumerated().map { column, words in
                TextPage.Cell(
                    Escaped.text(words), tone, right: right?.contains(column) ?? false)
            }
        }
        page.rows([cells(head, .faint)] + rows.map { cells($0, .plain) }, indent: 2)
    }
}
