/// What accepting drift does to the manifests, beside the patch itself.

package import Model

package enum AcceptanceText {
    /// - Parameters:
    ///   - acceptance: what is accepted and what is not.
    ///   - isWritten: whether the files were changed, or only a patch was printed.
    ///   - folder: the folder of manifests, as it was named.
    ///   - width: columns of the page.
    ///   - style: whether tones are coloured.
    ///   - limit: how many resources of each list are named.
    /// - Returns: lines, each ended by a line feed.
    package static func render(
        _ acceptance: Acceptance, isWritten: Bool, folder: String, width: Int, style: Style,
        limit: Int
    ) -> String {
        var page = TextPage(width: width, style: style)
        let count = Words.count(acceptance.accepted.count, "resource")
        if acceptance.accepted.isEmpty {
            page.line("Nothing is accepted: the manifests stay as they are", .strong)
        } else {
            page.line("\(count) accepted where the deployment shows them", .strong)
            page.rows(
                acceptance.accepted.prefix(limit).map { accepted in
                    [
                        .init(Escaped.text(accepted.resource.description)), .init(way(accepted)),
                    ]
                }, indent: 2)
            more(acceptance.accepted.count - limit, &page)
        }
        if !acceptance.refused.isEmpty {
            page.line("\(Words.number(acceptance.refused.count)) not accepted", .warning)
            for refused in acceptance.refused.prefix(limit) {
                page.sentence(
                    "\(Escaped.text(refused.resource.description)): \(Escaped.text(refused.why))",
                    indent: 2, hanging: 2)
            }
            more(acceptance.refused.count - limit, &page)
        }
        next(acceptance, isWritten, folder, &page)
        return page.text
    }

    private static func way(_ accepted: Acceptance.Accepted) -> String {
        let from = accepted.from.map { Escaped.text($0) } ?? "?"
        return accepted.to.map { "\(from) -> \(Escaped.text($0))" }
            ?? "\(from) -> no longer declared"
    }

    private static func more(_ count: Int, _ page: inout TextPage) {
        if count > 0 { page.line("and \(Words.number(count)) more", .faint, indent: 2) }
    }

    private static func next(
        _ acceptance: Acceptance, _ isWritten: Bool, _ folder: String, _ page: inout TextPage
    ) {
        guard !acceptance.edits.isEmpty else { return }
        let files = acceptance.edits.map { Escaped.text($0.path) }.joined(separator: ", ")
        page.sentence(
            isWritten
                ? "changed: \(files); review them with git diff, and commit"
                : "the patch changes \(files); make it with: rehome accept \(Escaped.shell(folder)) --write",
            indent: 2, hanging: 2)
    }
}

package enum AcceptanceJSON {
    package static let format = "rehome.acceptance/1"

    package static func encode(_ acceptance: Acceptance, patch: String) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", format)
            writer.key("accepted")
            writer.array { writer in
                for accepted in acceptance.accepted {
                    writer.object(.line) {
                        $0.member("connection", accepted.connection)
                        $0.member("resource", accepted.resource.description)
                        $0.member("from", accepted.from)
                        $0.member("to", accepted.to)
                    }
                }
            }
            writer.key("refused")
            writer.array { writer in
                for refused in acceptance.refused {
                    writer.object(.line) {
                        $0.member("connection", refused.connection)
                        $0.member("resource", refused.resource.description)
                        $0.member("why", refused.why)
                    }
                }
            }
            writer.key("files")
            writer.array(.line) { for edit in acceptance.edits { $0.value(edit.path) } }
            writer.member("patch", patch)
        }
        writer.endOfFile()
        return writer.bytes
    }
}
