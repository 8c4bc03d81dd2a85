/// JUnit's XML, which every CI shows as test results: one case for each thing that was looked at.

package import Model

package enum JUnit {
    /// A case, and why it failed; nil for one that passed.
    struct Case {
        var className: String
        var name: String
        var failure: (type: String, message: String, detail: String)?
    }

    /// Manifests, a case for each rule of each file that found something, and one that says that
    /// everything was read where nothing was found. Warnings and notes pass, with their words.
    package static func diagnostics(_ diagnostics: [Diagnostic]) -> String {
        let cases = diagnostics.map { diagnostic in
            let place = diagnostic.location.map { "\($0)" } ?? "the folder"
            let words = diagnostic.hint.map { "\(diagnostic.message)\n\($0)" } ?? diagnostic.message
            return Case(
                className: diagnostic.rule, name: place,
                failure: diagnostic.severity == .error
                    ? (diagnostic.rule, diagnostic.message, words) : nil)
        }
        return suite("rehome validate", cases.isEmpty ? [all("manifests", "all are valid")] : cases)
    }

    /// Drift, a case for each entry; those that alarm have failed.
    package static func drift(_ drift: [Drift], failOn: Set<Drift.Class>) -> String {
        let cases = drift.map { drift in
            let homes = [
                ("asked", drift.desired), ("last", drift.lastApplied), ("seen", drift.observed),
            ].compactMap { name, pool in pool.map { "\(name) \($0)" } }.joined(separator: ", ")
            return Case(
                className: "\(drift.connection).\(drift.class.rawValue)",
                name: drift.resource.description,
                failure: drift.alarms(failOn: failOn)
                    ? (drift.class.rawValue, homes, drift.detail ?? homes) : nil)
        }
        return suite("rehome drift", cases.isEmpty ? [all("estate", "no drift")] : cases)
    }

    private static func all(_ className: String, _ name: String) -> Case {
        Case(className: className, name: name, failure: nil)
    }

    private static func suite(_ name: String, _ cases: [Case]) -> String {
        let failures = cases.count { $0.failure != nil }
        let counts = "tests=\"\(cases.count)\" failures=\"\(failures)\""
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites \(counts)>\n"
        text += "  <testsuite name=\"\(escaped(name))\" \(counts) errors=\"0\" skipped=\"0\">\n"
        for item in cases {
            let head =
                "    <testcase classname=\"\(escaped(item.className))\" name=\"\(escaped(item.name))\""
            guard let failure = item.failure else {
                text += head + "/>\n"
                continue
            }
            text += head + ">\n"
            text +=
                "      <failure type=\"\(escaped(failure.type))\" message=\"\(escaped(failure.message))\">"
            text += escaped(failure.detail) + "</failure>\n    </testcase>\n"
        }
        return text + "  </testsuite>\n</testsuites>\n"
    }

    /// XML 1.0 has no way to write most control characters: they are shown, like on a terminal. Our own
    /// line feeds inside a text stay.
    private static func escaped(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var result = ""
            for scalar in Escaped.text(String(line)).unicodeScalars {
                switch scalar {
                case "&": result += "&amp;"
                case "<": result += "&lt;"
                case ">": result += "&gt;"
                case "\"": result += "&quot;"
                default: result.unicodeScalars.append(scalar)
                }
            }
            return result
        }.joined(separator: "&#10;")
    }
}
