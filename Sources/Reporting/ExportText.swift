/// What an export wrote, and what it left out.

package import Model

package enum ExportText {
    /// - Parameters:
    ///   - export: what was made.
    ///   - folder: the folder of manifests, as it was named.
    ///   - width: columns of the page.
    ///   - style: whether tones are coloured.
    /// - Returns: lines, each ended by a line feed.
    package static func render(
        _ export: Export, folder: String, width: Int, style: Style
    ) -> String {
        var page = TextPage(width: width, style: style)
        if export.counts.isEmpty {
            page.line("Nothing to write: nobody was seen on a declared pool", .strong)
        } else {
            page.sentence(
                "\(Words.counts(export.counts)) declared where they are, in \(Words.count(export.edits.count, "file"))",
                .strong, hanging: 2)
            for edit in export.edits { page.line(Escaped.text(edit.path), indent: 2) }
        }
        for reason in Export.Reason.allCases {
            guard let skipped = export.skipped[reason] else { continue }
            page.sentence(
                "left out: \(Words.count(skipped.count, "resource")): \(reason.rawValue)", .warning,
                hanging: 2)
            page.examples(
                skipped.examples.map(Escaped.text), of: skipped.count, .faint, indent: 2)
        }
        for gap in export.gaps.prefix(10) {
            page.sentence("not read: \(Escaped.text(gap.reason))", .warning, hanging: 2)
        }
        if !export.edits.isEmpty {
            page.line("see that nothing moves: rehome plan \(Escaped.shell(folder))", indent: 2)
        }
        return page.text
    }
}
