/// The program on an estate, in the few ways in which the tests call it.

import Foundation
import TestSupport
import Testing

struct Program {
    let tool: CommandLineTool
    let folder: URL

    init(in folder: URL) throws {
        tool = try CommandLineTool.rehome()
        self.folder = folder
    }

    @discardableResult
    func callAsFunction(
        _ arguments: String..., expecting code: Int32? = nil, environment: [String: String] = [:],
        under wrapper: [String] = [], interrupted: CommandLineTool.Interruption? = nil,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws -> CommandLineTool.Result {
        let result = try tool.run(
            arguments, in: folder, environment: environment, under: wrapper,
            interrupted: interrupted)
        if let code { result.expectExit(code, sourceLocation: sourceLocation) }
        return result
    }

    /// The members of an object that it prints as JSON.
    func json(
        _ arguments: String..., expecting code: Int32 = 0,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws -> [String: Any] {
        let result = try tool.run(arguments + ["-o", "json"], in: folder)
        result.expectExit(code, sourceLocation: sourceLocation)
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try #require(object as? [String: Any], sourceLocation: sourceLocation)
    }
}

extension CommandLineTool.Result {
    func expectOutput(
        _ words: String, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(
            output.contains(words), "`\(command)` printed: \(output)",
            sourceLocation: sourceLocation)
    }

    /// A person learns from stderr what is wrong and what to do: no Swift type names, no traces.
    func expectSentence(
        _ words: String..., sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        for word in words {
            #expect(
                errors.contains(word), "`\(command)` said: \(errors)",
                sourceLocation: sourceLocation)
        }
        for leak in ["Error(", "Optional(", "Fatal", "SQLite error", "NSCocoa"] {
            #expect(
                !errors.contains(leak), "`\(command)` said: \(errors)",
                sourceLocation: sourceLocation)
        }
    }
}
