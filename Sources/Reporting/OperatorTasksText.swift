/// What a person does himself, and how rehome will know that it is done.

package import Model

package enum OperatorTasksText {
    /// One line for each kind and way, then how it goes on; empty where a person has nothing to do.
    ///
    /// - Parameters:
    ///   - plan: Its tasks.
    ///   - width: Columns of the page.
    ///   - style: Whether tones are coloured.
    /// - Returns: Lines, each ended by a line feed.
    package static func render(_ plan: Plan, width: Int, style: Style) -> String {
        var page = TextPage(width: width, style: style)
        write(plan, into: &page)
        return page.text
    }

    static func write(_ plan: Plan, into page: inout TextPage) {
        guard !plan.operatorTasks.isEmpty else { return }
        page.gap()
        page.line("For a person to do:", .strong)
        for line in lines(plan) { page.sentence(line, indent: 2, hanging: 4) }
        page.sentence(
            "each is done once it is seen where it is asked for: rehome looks at every plan and apply, and goes on with what waits for it",
            .faint, indent: 2, hanging: 4)
    }

    /// `1 trusted application, old -> new: Set-CsTrustedApplicationPool -Registrar, Enable-CsTopology`
    static func lines(_ plan: Plan) -> [String] {
        plan.operatorTasks.map { task in
            let way = [task.from, task.to].map { plan.poolName($0) ?? "(no pool)" }
            return Escaped.text(
                "\(Words.count(task.count, of: task.kind)), \(way.joined(separator: " -> ")): \(task.means)"
            )
        }
    }
}
