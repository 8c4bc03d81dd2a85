/// All runs in one table, the latest first, and what the audit chain says of itself.

package import Model

package enum HistoryText {
    /// Runs come oldest first, as the ledger gives them; of more than `limit`, the latest are shown.
    package static func render(
        _ runs: [Run], folder: String, width: Int, style: Style, limit: Int
    ) -> String {
        var page = TextPage(width: width, style: style)
        guard !runs.isEmpty else {
            page.line("No runs yet: rehome apply \(Escaped.shell(folder)) makes the first")
            return page.text
        }
        let names = ["run", "began", "took", "outcome", "done", "failed", "plan", "by"]
        var rows = [names.map { TextPage.Cell($0, .faint, right: $0 == "done" || $0 == "failed") }]
        rows += runs.reversed().prefix(limit).map(row)
        page.rows(rows)
        if runs.count > limit {
            page.line("and \(Words.number(runs.count - limit)) earlier, see -o json", .faint)
        }
        if let last = runs.last {
            page.line(
                "one run: rehome history \(Escaped.shell(last.id.text)) "
                    + "--dir \(Escaped.shell(folder))")
        }
        return page.text
    }

    private static func row(_ run: Run) -> [TextPage.Cell] {
        [
            .init(Escaped.text(run.id.text)), .init(run.began.description),
            .init(run.ended.map { Words.span($0 - run.began) } ?? "-"),
            .init(run.outcome?.rawValue ?? "under way", run.outcome?.tone ?? .strong),
            .init(
                "\(Words.number(run.counts.done + run.counts.already))/"
                    + Words.number(run.counts.total), right: true),
            .init(
                Words.number(run.counts.failed), run.counts.failed > 0 ? .bad : .plain,
                right: true), .init(Words.short(run.plan)),
            .init(Escaped.text(run.by.description)),
        ]
    }
}

/// What looking through the audit chain showed, with the port's own words passed in.
package struct AuditFinding: Hashable, Sendable {
    /// `12:9f86d0...`
    package var head: String
    /// The first link that does not fit, and why; nil when the chain is whole.
    package var broken: String?
    /// The head that a person kept, and whether it is a link of the chain.
    package var anchor: String?
    package var anchorFound: Bool?

    package init(head: String, broken: String?, anchor: String?, anchorFound: Bool?) {
        self.head = head
        self.broken = broken
        self.anchor = anchor
        self.anchorFound = anchorFound
    }

    package var isWhole: Bool { broken == nil && anchorFound != false }
}

package enum AuditText {
    package static func render(_ finding: AuditFinding, style: Style) -> String {
        var page = TextPage(width: 100, style: style)
        let head = Escaped.text(finding.head)
        if let broken = finding.broken {
            page.line("The audit chain is broken: \(Escaped.text(broken))", .bad)
            page.line(
                "somebody or something changed the ledger behind rehome: "
                    + "compare it with a copy before the next apply", indent: 2)
        } else if finding.anchorFound == false {
            page.line("The audit chain is whole, and does not hold the anchor", .bad)
            page.line("anchor \(Escaped.text(finding.anchor ?? ""))", indent: 2)
            page.line(
                "this is another ledger, or an older copy of it: links are missing", indent: 2)
        } else {
            let anchored = finding.anchorFound == true ? ", and holds the anchor" : ""
            page.line("The audit chain is whole\(anchored)", .good)
        }
        page.line("head \(head)", indent: 2)
        return page.text
    }
}

package enum AuditJSON {
    package static let format = "rehome.audit/1"

    package static func encode(_ finding: AuditFinding) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object {
            $0.member("format", format)
            $0.member("whole", finding.isWhole)
            $0.member("head", finding.head)
            $0.member("broken", finding.broken)
            $0.member("anchor", finding.anchor)
            $0.key("anchorFound")
            if let found = finding.anchorFound { $0.value(found) } else { $0.null() }
        }
        writer.endOfFile()
        return writer.bytes
    }
}
