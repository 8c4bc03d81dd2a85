/// What keeps a deployment from opening, in the words of `Diagnostic`.

package import Model

/// Something in the settings or the seeds that a person wrote, or a file that cannot be used: all that
/// was found, in order.
package struct DeploymentError: Error, Hashable, Sendable {
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics.sorted() }

    package init(rule: String, _ message: String, at location: SourceLocation?, hint: String) {
        diagnostics = [Diagnostic(.error, rule: rule, message, at: location, hint: hint)]
    }
}

extension DeploymentError: CustomStringConvertible {
    package var description: String {
        diagnostics.map { diagnostic in
            let place = diagnostic.location.map { "\($0): " } ?? ""
            let hint = diagnostic.hint.map { "\n  hint: \($0)" } ?? ""
            return
                "\(place)\(diagnostic.severity.rawValue): \(diagnostic.message) [\(diagnostic.rule)]\(hint)"
        }.joined(separator: "\n")
    }
}
