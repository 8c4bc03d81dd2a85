/// How waves went, as one page that a browser shows and that asks nothing of any other place.

package import Model

package enum WaveReportHTML {
    /// A whole document: no script, no picture, no address of anything outside.
    package static func render(_ reports: [WaveReport]) -> String {
        var body = "<h1>How the waves went</h1>\n"
        if reports.isEmpty { body += "<p>No wave has begun, and no gate was measured.</p>\n" }
        for report in reports { body += section(WaveReportLines(report)) }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>How the waves went</title>
            <style>
            \(style)
            </style>
            </head>
            <body>
            \(body)</body>
            </html>

            """
    }

    private static let style = """
        :root { color-scheme: light dark; --line: #d0d0d0; --soft: #666; --good: #176b2c; --bad: #b00020; --warning: #8a5a00; }
        @media (prefers-color-scheme: dark) { :root { --line: #444; --soft: #aaa; --good: #7bd88f; --bad: #ff8a8a; --warning: #f0c060; } }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
        section { border-top: 1px solid var(--line); overflow-x: auto; }
        table { border-collapse: collapse; margin: 1rem 0; }
        th, td { border-bottom: 1px solid var(--line); padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; }
        th, .faint { color: var(--soft); font-weight: normal; }
        .good { color: var(--good); } .bad { color: var(--bad); } .warning { color: var(--warning); }
        """

    private static func section(_ lines: WaveReportLines) -> String {
        var text = "<section>\n<h2>\(escaped(lines.title)): "
        text += "<span class=\"\(name(lines.state.tone))\">\(lines.state.words)</span></h2>\n"
        if !lines.facts.isEmpty {
            let rows = lines.facts.map {
                "<tr><th scope=\"row\">\(escaped($0.name))</th><td>\(escaped($0.words))</td></tr>\n"
            }
            text += "<table>\n\(rows.joined())</table>\n"
        }
        if !lines.troubles.isEmpty {
            let items = lines.troubles.map { trouble in
                "<li><span class=\"\(name(trouble.tone))\">\(escaped(trouble.words))</span><br>"
                    + "<span class=\"faint\">\(escaped(trouble.examples))</span></li>\n"
            }
            text += "<ul>\n\(items.joined())</ul>\n"
        }
        text += table(WaveReportLines.gateHead, lines.gates)
        text += table(WaveReportLines.decisionHead, lines.decisions)
        return text + "</section>\n"
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "" }
        let heads = head.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
        let lines = rows.map { row in
            "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n"
        }
        return "<table>\n<tr>\(heads)</tr>\n\(lines.joined())</table>\n"
    }

    private static func name(_ tone: Tone) -> String {
        switch tone {
        case .plain: "plain"
        case .strong: "strong"
        case .faint: "faint"
        case .good: "good"
        case .warning: "warning"
        case .bad: "bad"
        }
    }

    /// Text stands between tags alone, where no quote means anything.
    private static func escaped(_ text: String) -> String {
        Escaped.text(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
