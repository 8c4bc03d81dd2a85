/// How waves went, as one page that a browser shows and that asks nothing of any other place.

package import Model

package enum WaveReportHTML {
    /// A whole document: no script, no picture, no address of anything outside.
    package static func render(_ reports: [WaveReport]) -> String {
        var body = "<h1>How the waves went</h1>\n"
        if reports.isEmpty { body += "<p>No wave has begun, and no gate was measured.</p>\n" }
        for report in reports { body += section(WaveReportLines(report)) }
        return HTMLPage.document(title: "How the waves went", body: body)
    }

    private static func section(_ lines: WaveReportLines) -> String {
        var text = "<section>\n<h2>\(HTMLPage.escaped(lines.title)): "
        text +=
            "<span class=\"\(HTMLPage.name(lines.state.tone))\">\(lines.state.words)</span></h2>\n"
        if !lines.facts.isEmpty {
            let rows = lines.facts.map {
                "<tr><th scope=\"row\">\(HTMLPage.escaped($0.name))</th><td>\(HTMLPage.escaped($0.words))</td></tr>\n"
            }
            text += "<table>\n\(rows.joined())</table>\n"
        }
        if !lines.troubles.isEmpty {
            let items = lines.troubles.map { trouble in
                "<li><span class=\"\(HTMLPage.name(trouble.tone))\">\(HTMLPage.escaped(trouble.words))</span><br>"
                    + "<span class=\"faint\">\(HTMLPage.escaped(trouble.examples))</span></li>\n"
            }
            text += "<ul>\n\(items.joined())</ul>\n"
        }
        text += HTMLPage.table(WaveReportLines.gateHead, lines.gates)
        text += HTMLPage.table(WaveReportLines.decisionHead, lines.decisions)
        return text + "</section>\n"
    }
}
