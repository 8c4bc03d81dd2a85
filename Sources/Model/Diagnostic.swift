/// What a person wrote wrong, or should know, and where: collected and shown together, never thrown.

/// A place in a manifest or a list file: lines and columns count from 1, paths are relative to the
/// folder that the person named.
package struct SourceLocation: Hashable, Sendable, Comparable {
    package var file: String
    package var line: Int
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package static func < (one: SourceLocation, other: SourceLocation) -> Bool {
        (one.file, one.line, one.column) < (other.file, other.line, other.column)
    }
}

extension SourceLocation: CustomStringConvertible {
    package var description: String { "\(file):\(line):\(column)" }
}

/// How much a diagnostic or a finding weighs. Only an error makes manifests invalid.
package enum Severity: String, Sendable, Comparable, CaseIterable {
    case note, warning, error

    package static func < (one: Severity, other: Severity) -> Bool {
        one.weight < other.weight
    }

    private var weight: Int {
        switch self {
        case .note: 0
        case .warning: 1
        case .error: 2
        }
    }
}

/// One sentence about what a person wrote: where, what, why, and in `hint` what to do next.
///
/// Printed as `file:line:column: error: message [rule]`, so that editors link it. The message starts
/// in lower case, has no full stop, and never says "failed to".
package struct Diagnostic: Hashable, Sendable {
    package var severity: Severity
    /// The stable id of the rule, listed in `docs/reference/diagnostics.md`.
    package var rule: String
    package var message: String
    /// Nil where no one place is to blame, as for a folder without manifests.
    package var location: SourceLocation?
    package var hint: String?

    package init(
        _ severity: Severity, rule: String, _ message: String, at location: SourceLocation?,
        hint: String? = nil
    ) {
        self.severity = severity
        self.rule = rule
        self.message = message
        self.location = location
        self.hint = hint
    }
}

extension Diagnostic: Comparable {
    /// By place, then rule, then words: the order in which they are shown.
    package static func < (one: Diagnostic, other: Diagnostic) -> Bool {
        switch (one.location, other.location) {
        case (nil, .some): return true
        case (.some, nil): return false
        case (let left?, let right?) where left != right: return left < right
        default: return (one.rule, one.message) < (other.rule, other.message)
        }
    }
}
