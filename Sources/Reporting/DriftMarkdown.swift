/// Drift as a comment or a step summary: sums first, what alarms by name, and never too long.

package import Model

package enum DriftMarkdown {
    /// - Parameters:
    ///   - drift: what was found, in the order of `Planner.drift`.
    ///   - failOn: classes that alarm besides those that always do.
    /// - Returns: at most as many characters as a comment may have.
    package static func render(_ drift: [Drift], failOn: Set<Drift.Class>) -> String {
        var sheet = MarkdownSheet(charactersMax: PlanMarkdown.charactersMax)
        let alarming = drift.filter { $0.alarms(failOn: failOn) }
        sheet.line(
            drift.isEmpty
                ? "### rehome: no drift"
                : "### rehome: drift, \(Words.number(alarming.count)) alarming")
        if drift.isEmpty { return sheet.text }
        sheet.line()
        sheet.line("| class | alarms | others |")
        sheet.line("|---|---|---|")
        for found in Drift.Class.allCases {
            let members = drift.filter { $0.class == found }
            let alarms = members.count { $0.alarms(failOn: failOn) }
            guard !members.isEmpty else { continue }
            sheet.line(
                "| \(found.rawValue) | \(Words.number(alarms)) | \(Words.number(members.count - alarms)) |"
            )
        }
        guard !alarming.isEmpty else { return sheet.text }
        sheet.line()
        sheet.line("| who | class | asked | last | seen | |")
        sheet.line("|---|---|---|---|---|---|")
        sheet.rows(alarming.lazy.map(row), of: alarming.count, most: .max, reserve: 500)
        return sheet.text
    }

    private static func row(_ drift: Drift) -> String {
        let homes = [drift.desired, drift.lastApplied, drift.observed].map {
            $0.map(Markdown.prose) ?? ""
        }
        let cells =
            [Markdown.code(drift.resource.description), drift.class.rawValue] + homes
            + [drift.detail.map(Markdown.prose) ?? ""]
        return "| \(cells.joined(separator: " | ")) |"
    }
}
