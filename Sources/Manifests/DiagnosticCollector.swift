/// All that is wrong, gathered over a whole load and shown together.

import Model

/// Takes diagnostics in any order and gives them back sorted, each once.
///
/// A rule that is broken a million times is reported a thousand times and then counted, so that a wrong
/// export costs neither memory nor the reader's patience.
final class DiagnosticCollector {
    private var reported: [Diagnostic] = []
    private var countOf: [Rule: Int] = [:]
    private let limit: Int
    private(set) var hasErrors = false

    init(limitPerRule limit: Int) { self.limit = limit }

    func report(
        _ rule: Rule, _ message: @autoclosure () -> String, at location: SourceLocation?,
        hint: @autoclosure () -> String? = nil
    ) {
        if rule.severity == .error { hasErrors = true }
        let count = countOf[rule, default: 0] + 1
        countOf[rule] = count
        guard count <= limit else { return }
        reported.append(
            Diagnostic(
                rule.severity, rule: rule.rawValue, message(), at: location, hint: hint()))
    }

    /// Takes what an adapter found in its own settings.
    func report(_ found: [Diagnostic]) {
        if found.contains(where: { $0.severity == .error }) { hasErrors = true }
        reported += found
    }

    func sorted() -> [Diagnostic] {
        var result: [Diagnostic] = []
        for diagnostic in reported.sorted() where diagnostic != result.last {
            result.append(diagnostic)
        }
        for rule in Rule.allCases {
            guard let count = countOf[rule], count > limit else { continue }
            result.append(
                Diagnostic(
                    rule.severity, rule: rule.rawValue,
                    "\(count - limit) more of this rule are not shown", at: nil,
                    hint: "mend those shown and look again"))
        }
        return result.sorted()
    }
}

/// What a person wrote, as it may stand in a message: in quotes, on one line, not endless, and without
/// characters that would act on a terminal.
func quoted(_ text: some StringProtocol) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(80) {
        shown += scalar.isVisible ? String(scalar) : "<\(scalar.codePoint)>"
    }
    return text.unicodeScalars.count > 80 ? "\"\(shown)...\"" : "\"\(shown)\""
}

func quoted(_ bytes: UnsafeRawBufferPointer) -> String {
    quoted(String(decoding: bytes.prefix(400), as: UTF8.self))
}

extension Unicode.Scalar {
    /// `U+00A0`
    fileprivate var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Whether a person sees it: no controls, no directions, no spaces but the common one.
    var isVisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            false
        case .spaceSeparator: self == " "
        default: true
        }
    }
}
