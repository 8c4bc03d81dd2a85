/// SARIF 2.1.0, which code hosts show beside the lines of a change.

package import Model

package enum SARIF {
    /// What is wrong with manifests, or should be known of them.
    ///
    /// - Parameters:
    ///   - diagnostics: in any order.
    ///   - folder: the folder of manifests relative to the repository, so that code hosts find the
    ///     files; empty where it is the repository.
    /// - Returns: one run with a result for each diagnostic.
    package static func encode(_ diagnostics: [Diagnostic], folder: String) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            writer.member("version", "2.1.0")
            writer.key("runs")
            writer.array { $0.object { run(diagnostics.sorted(), folder, &$0) } }
        }
        writer.endOfFile()
        return writer.bytes
    }

    private static func run(
        _ diagnostics: [Diagnostic], _ folder: String, _ writer: inout JSONWriter
    ) {
        writer.key("tool")
        writer.object {
            $0.key("driver")
            $0.object { writer in
                writer.member("name", "rehome")
                writer.key("rules")
                writer.array { writer in
                    for rule in Set(diagnostics.map(\.rule)).sorted() {
                        writer.object(.line) { $0.member("id", rule) }
                    }
                }
            }
        }
        writer.member("columnKind", "unicodeCodePoints")
        writer.key("results")
        writer.array { writer in
            for diagnostic in diagnostics {
                writer.object { result(diagnostic, folder, &$0) }
            }
        }
    }

    private static func result(
        _ diagnostic: Diagnostic, _ folder: String, _ writer: inout JSONWriter
    ) {
        writer.member("ruleId", diagnostic.rule)
        writer.member("level", diagnostic.severity.rawValue)
        writer.key("message")
        let hint = diagnostic.hint.map { " (\($0))" } ?? ""
        writer.object(.line) { $0.member("text", diagnostic.message + hint) }
        writer.key("locations")
        writer.array { writer in
            guard let place = diagnostic.location else { return }
            writer.object {
                $0.key("physicalLocation")
                $0.object { writer in
                    writer.key("artifactLocation")
                    writer.object(.line) {
                        $0.member(
                            "uri", uri(folder.isEmpty ? place.file : "\(folder)/\(place.file)"))
                    }
                    writer.key("region")
                    writer.object(.line) {
                        $0.member("startLine", place.line)
                        $0.member("startColumn", place.column)
                    }
                }
            }
        }
    }

    /// A relative reference: what a URI may not hold is percent-encoded.
    private static func uri(_ path: String) -> String {
        var text = ""
        for byte in path.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
                text.unicodeScalars.append(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return text
    }
}
