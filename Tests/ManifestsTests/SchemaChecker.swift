/// A validator that knows nothing of this program: Python's, through `.ci/check-schema`.

import Foundation
import TestSupport
import Testing

enum SchemaChecker {
    static let hint: Comment =
        "no python3 with jsonschema and yaml: apt-get install python3-jsonschema python3-yaml"

    /// The first Python that has what it takes; Debian's modules are not seen by another one.
    static let python: String? = {
        let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return (paths.map { "\($0)/python3" } + ["/usr/bin/python3"]).first { path in
            guard FileManager.default.isExecutableFile(atPath: path) else { return false }
            let result = try? CommandLineTool(path: path).run(
                ["-c", "import jsonschema, yaml"], in: Repository.root)
            return result?.code == 0
        }
    }()

    /// What is said of each document, by `FILE:NUMBER`; a file that is not YAML has the number 0.
    static func complaints(schema: String, files: [String]) throws -> [String: [String]] {
        let tool = CommandLineTool(path: try #require(python))
        let script = Repository.root.appending(path: ".ci/check-schema").path
        let result = try tool.run([script, schema] + files, in: Repository.root)
        #expect(result.errors.isEmpty, "\(result.errors)")
        var said: [String: [String]] = [:]
        for line in result.output.split(separator: "\n") {
            guard let end = line.firstRange(of: ": ") else { continue }
            let words = String(line[end.upperBound...])
            said[String(line[..<end.lowerBound]), default: []] += words == "ok" ? [] : [words]
        }
        return said
    }
}
