/// The order of files and documents says nothing.

import Foundation
import Manifests
import Model
import TestSupport
import Testing

struct ShuffleTests {
    private static let documents: [String] = {
        let kinds = ["ocs-2007r2", "lync-2010", "sfb-2015"]
        let somePools = (0..<6).map { index in
            """
            apiVersion: rehome.dev/v1
            kind: Pool
            metadata: {name: pool-\(index)}
            spec: {connection: c\(index % 2), site: s, product: \(kinds[index % 2]), fqdn: p\(index).example}
            """
        }
        let connections = (0..<2).map { index in
            """
            spec: {adapter: embedded, settings: {seed: [a, b]}}
            metadata: {name: c\(index)}
            kind: Connection
            apiVersion: rehome.dev/v1
            """
        }
        let placements = (0..<8).map { index in
            """
            apiVersion: rehome.dev/v1
            kind: Placement
            metadata: {name: placement-\(index)}
            spec:
              pool: pool-\(index % 6)
              users: [u\(index)@x.example, sip:V\(index)@x.example, {select: {department: d\(index)}}]
              apps: [response-groups/g\(index)]
              except: [w\(index)@x.example]
            """
        }
        let holds = (0..<3).map { index in
            """
            apiVersion: rehome.dev/v1
            kind: Hold
            metadata: {name: hold-\(index)}
            spec: {resources: [u\(index)@x.example], reason: r, owner: o, until: 2026-12-0\(index + 1)}
            """
        }
        let rollouts = (0..<3).map { index in
            """
            apiVersion: rehome.dev/v1
            kind: Rollout
            metadata: {name: rollout-\(index)}
            spec:
              placements: [placement-\(index)]
              waves:
                - {name: pilot, users: [u\(index)@x.example]}
                - {name: rest, percent: 100, users: [v\(index)@x.example]}
            """
        }
        let estate = """
            apiVersion: rehome.dev/v1
            kind: Estate
            metadata: {name: contoso}
            spec: {zone: Asia/Tokyo}
            """
        return somePools + connections + placements + holds + rollouts + [estate]
    }()

    /// Everything but places, and entries in the order of their names.
    private func essence(_ desired: DesiredState) -> [String] {
        let nowhere = SourceLocation(file: "", line: 0, column: 0)
        var lines: [String] = [desired.estate.name, desired.estate.zone]
        lines += desired.connections.map { "\($0.name) \($0.adapter) \($0.settings.keys.sorted())" }
        lines += desired.pools.map { pool in
            var pool = pool
            pool.location = nowhere
            return "\(pool)"
        }
        lines += desired.placements.map { placement in
            let keys = placement.selections.flatMap(\.conditions).map { "\($0.key) \($0.anyOf)" }
            return "\(placement.name) \(placement.pool) \(keys)"
        }
        lines += desired.holds.map { "\($0.name) \($0.until?.instant.description ?? "")" }
        lines += desired.rollouts.map { "\($0.name) \($0.placements) \($0.waves.map(\.name))" }
        for list in [desired.entries, desired.except, desired.held, desired.drawn] {
            lines +=
                (0..<list.count).map { "\(list[$0]) \(list.owner(at: $0)) \(list.origin(at: $0))" }
                .sorted()
        }
        return lines
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `shuffled documents give the same desired state`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let shuffled = Self.documents.shuffled(using: &random)
        var files: [String: String] = [:]
        for document in shuffled {
            let file =
                "\(Int.random(in: 0..<5, using: &random))/\(Int.random(in: 0..<3, using: &random)).yml"
            files[file, default: ""] += document + "\n---\n"
        }
        let whole = try load(Self.documents.joined(separator: "\n---\n")).state()
        #expect(essence(try load(MemoryFileSource(files)).state()) == essence(whole))
    }
}
