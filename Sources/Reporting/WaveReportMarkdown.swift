/// How waves went, for a ticket or a wiki.

package import Model

package enum WaveReportMarkdown {
    /// A section for each beginning of a wave; below 60,000 characters, so that a comment can hold it.
    package static func render(_ reports: [WaveReport]) -> String {
        var sheet = MarkdownSheet(charactersMax: 59_000)
        sheet.line("### rehome: how the waves went")
        if reports.isEmpty {
            sheet.line()
            sheet.line("No wave has begun, and no gate was measured.")
        }
        for (index, report) in reports.enumerated() {
            let text = section(WaveReportLines(report))
            // A section is whole or not there: half of a table would be read as all of it.
            guard sheet.line(text) else {
                sheet.line("and \(Words.count(reports.count - index, "wave")) more, see -o json")
                break
            }
        }
        return sheet.text
    }

    private static func section(_ lines: WaveReportLines) -> String {
        var text = "\n**\(Markdown.prose(lines.title)): \(lines.state.words)**\n\n"
        if !lines.facts.isEmpty {
            text += table(
                ["", ""], lines.facts.map { [Markdown.prose($0.name), Markdown.prose($0.words)] })
        }
        for trouble in lines.troubles {
            text += "- \(Markdown.prose(trouble.words))  \n  \(Markdown.prose(trouble.examples))\n"
        }
        if !lines.troubles.isEmpty { text += "\n" }
        text += proseTable(WaveReportLines.gateHead, lines.gates)
        text += proseTable(WaveReportLines.decisionHead, lines.decisions)
        while text.hasSuffix("\n\n") { text.removeLast() }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    private static func proseTable(_ head: [String], _ rows: [[String]]) -> String {
        rows.isEmpty ? "" : table(head, rows.map { $0.map(Markdown.prose) })
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        let lines = [head, head.map { _ in "---" }] + rows
        return lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined() + "\n"
    }
}
