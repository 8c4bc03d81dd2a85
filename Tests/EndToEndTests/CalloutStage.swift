/// A folder of manifests with a gate or two, and beside it the file of call-outs and their programs.

import Foundation
import TestSupport
import Testing

/// Four people in one wave. Definitions lie beside the folder of manifests.
struct CalloutStage {
    let estate: SmallEstate
    let rehome: Program
    let beside: URL
    var definitions: URL { beside.appending(path: "callouts.yaml") }
    var mark: URL { beside.appending(path: "mark") }

    init(in folder: URL) throws {
        let manifests = folder.appending(path: "manifests")
        beside = folder.appending(path: "beside")
        for part in [manifests, beside] {
            try FileManager.default.createDirectory(
                at: part, withIntermediateDirectories: true)
        }
        estate = try SmallEstate(in: manifests, users: 4)
        rehome = try Program(in: manifests)
    }

    func write(before: String = "", after: String = "") throws {
        try estate.write(
            "rollout.yaml",
            """
            apiVersion: rehome.dev/v1
            kind: Rollout
            metadata: {name: small}
            spec:
              placements: [small]
              waves: [{name: all, percent: 100, apps: all, soak: 1h, change: CHG0042}]
              gates: {before: [\(before)], after: [\(after)]}
              accept: [meetings, clients]
              acceptUnknown: [meetings, clients]

            """)
    }

    func define(_ text: String) throws { try Data(text.utf8).write(to: definitions) }

    /// A shell script as a call-out. `$MARK` is a file to leave a mark in.
    func script(_ name: String, _ text: String, timeout: String = "60s") throws -> String {
        let path = beside.appending(path: name).path
        try Data("#!/bin/sh\nMARK='\(mark.path)'\n\(text)\n".utf8).write(
            to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return """
            apiVersion: rehome.dev/v1
            kind: Callout
            metadata: {name: \(name)}
            spec: {command: ["\(path)", "two words", "; touch \(mark.path)"], timeout: \(timeout)}
            ---

            """
    }

    var environment: [String: String] {
        ["REHOME_CALLOUTS": definitions.path, "BOARD_SECRET": CalloutServer.secret]
    }

    /// What the ledger has of measured gates: `NAME: VERDICT, WORDS`, in their order.
    func measured() throws -> [String] {
        try estate.query(
            estate.ledger,
            """
            SELECT gate || ': ' || verdict || ', ' || (line ->> '$.checks[0].words')
            FROM readable_waves WHERE gate IS NOT NULL
            """)
    }

    /// The digests of the plans that the ledger names with what was measured of a gate.
    func plans(_ gate: String) throws -> [String] {
        try estate.query(
            estate.ledger,
            "SELECT ifnull(line ->> 'plan', 'none') FROM readable_waves WHERE gate = '\(gate)'")
    }

    func digest() throws -> String {
        try #require(try rehome.json("plan")["digest"] as? String)
    }

    func moved() throws -> Int {
        let counts: [Int] = try estate.query(
            estate.deployment, "SELECT count(*) FROM moves")
        return counts.first ?? 0
    }

    func marks() throws -> Int {
        guard let text = try? String(contentsOf: mark, encoding: .utf8) else { return 0 }
        return text.split(separator: "\n").count
    }
}

extension CalloutStage {
    func advance(_ span: String) throws {
        try rehome("adapter", "embedded", "advance", span, expecting: 0)
    }

    /// With what the board ends from now on.
    func write(code: Int) throws {
        try Data("\(code)".utf8).write(to: beside.appending(path: "code"))
    }

    func expectAsked(
        about plan: String, members: Int,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let bytes = try Data(contentsOf: beside.appending(path: "asked"))
        var asked = try #require(
            try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        #expect(asked.removeValue(forKey: "at") is String, sourceLocation: sourceLocation)
        let wanted: [String: Any] = [
            "format": "rehome.callout/1", "gate": "board", "side": "before", "rollout": "small",
            "wave": "all", "plan": plan, "revision": NSNull(), "change": "CHG0042",
            "pools": [["from": "old", "to": "new"]], "members": members,
        ]
        #expect(asked as NSDictionary == wanted as NSDictionary, sourceLocation: sourceLocation)
    }
}
