/// Pages that a browser shows and that ask nothing of any other place: no script, no picture, no address.

enum HTMLPage {
    /// A whole document. The title is escaped here, the body by whoever made it.
    static func document(title: String, body: String, moreStyle: String = "") -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(escaped(title))</title>
        <style>
        \(style)\(moreStyle)
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

    static func table(_ head: [String], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "" }
        let heads = head.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
        let lines = rows.map { row in
            "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n"
        }
        return "<table>\n<tr>\(heads)</tr>\n\(lines.joined())</table>\n"
    }

    static func name(_ tone: Tone) -> String {
        switch tone {
        case .plain: "plain"
        case .strong: "strong"
        case .faint: "faint"
        case .good: "good"
        case .warning: "warning"
        case .bad: "bad"
        }
    }

    /// For text between tags, and for attributes in double quotes.
    static func escaped(_ text: String) -> String {
        Escaped.text(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
