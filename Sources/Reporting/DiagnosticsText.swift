/// Diagnostics as editors and people read them: a place, a sentence, a rule, and what to do.

package import Model

package enum DiagnosticsText {
    /// `file:line:column: error: message [rule]` and an indented hint for each, in their order, and a
    /// closing line that counts them. Nothing is wrapped, so that every line can be searched.
    package static func render(_ diagnostics: [Diagnostic], style: Style) -> String {
        var text = ""
        for diagnostic in diagnostics.sorted() { text += lines(diagnostic, style) }
        return text + counts(diagnostics) + "\n"
    }

    static func lines(_ diagnostic: Diagnostic, _ style: Style) -> String {
        let place = diagnostic.location.map {
            "\(Escaped.text($0.file)):\($0.line):\($0.column): "
        }
        let severity = style.paint(diagnostic.severity.rawValue, diagnostic.severity.tone)
        let rule = style.paint("[\(Escaped.text(diagnostic.rule))]", .faint)
        let message = Escaped.text(diagnostic.message)
        let hint = diagnostic.hint.map { "    hint: \(Escaped.text($0))\n" } ?? ""
        return "\(place ?? "")\(severity): \(message) \(rule)\n\(hint)"
    }

    /// `2 errors, 1 warning`
    static func counts(_ diagnostics: [Diagnostic]) -> String {
        let counts = Severity.allCases.reversed().compactMap { severity -> String? in
            let count = diagnostics.count { $0.severity == severity }
            return count == 0 ? nil : Words.count(count, severity.rawValue)
        }
        return counts.isEmpty ? "no errors" : Words.list(counts)
    }
}

package enum ValidationText {
    /// What `rehome validate` says: all diagnostics, and of valid manifests what they declare.
    package static func render(
        _ diagnostics: [Diagnostic], desired: DesiredState?, folder: String, style: Style
    ) -> String {
        var text = ""
        for diagnostic in diagnostics.sorted() { text += DiagnosticsText.lines(diagnostic, style) }
        guard let desired else {
            let counts = DiagnosticsText.counts(diagnostics)
            return text + style.paint("\(Escaped.text(folder)) is not valid: \(counts)", .bad)
                + "\n"
        }
        let parts = [
            declared(desired), diagnostics.isEmpty ? "" : DiagnosticsText.counts(diagnostics),
        ].filter { !$0.isEmpty }
        return text + style.paint("\(Escaped.text(folder)) is valid", .good)
            + (parts.isEmpty ? "" : ": \(parts.joined(separator: "; "))") + "\n"
    }

    private static func declared(_ desired: DesiredState) -> String {
        var kinds: [Kind: Int] = [:]
        for row in 0..<desired.entries.count {
            kinds[desired.entries.kind(at: row), default: 0] += 1
        }
        let documents = [
            (desired.connections.count, "connection"), (desired.pools.count, "pool"),
            (desired.placements.count, "placement"), (desired.rollouts.count, "rollout"),
            (desired.holds.count, "hold"),
            (desired.placements.reduce(0) { $0 + $1.selections.count }, "selection"),
        ].filter { $0.0 > 0 }.map { Words.count($0.0, $0.1) }
        return Words.list(documents + (kinds.isEmpty ? [] : [Words.counts(kinds)]))
    }
}

package enum ValidationJSON {
    package static let format = "rehome.validation/1"

    /// The same as `ValidationText`, for tools.
    package static func encode(_ diagnostics: [Diagnostic], desired: DesiredState?) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", format)
            writer.member("valid", desired != nil)
            writer.member("digest", desired?.digest)
            writer.member("revision", desired?.revision)
            writer.key("summary")
            writer.object {
                $0.member("errors", diagnostics.count { $0.severity == .error })
                $0.member("warnings", diagnostics.count { $0.severity == .warning })
                $0.member("notes", diagnostics.count { $0.severity == .note })
            }
            writer.key("diagnostics")
            writer.array { writer in
                for diagnostic in diagnostics.sorted() {
                    writer.object { members(of: diagnostic, &$0) }
                }
            }
        }
        writer.endOfFile()
        return writer.bytes
    }

    private static func members(of diagnostic: Diagnostic, _ writer: inout JSONWriter) {
        writer.member("rule", diagnostic.rule)
        writer.member("severity", diagnostic.severity.rawValue)
        writer.member("message", diagnostic.message)
        writer.member("file", diagnostic.location?.file)
        writer.member("line", diagnostic.location?.line)
        writer.member("column", diagnostic.location?.column)
        writer.member("hint", diagnostic.hint)
    }
}
