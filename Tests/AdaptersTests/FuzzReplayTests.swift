/// What the fuzzer kept, and neighbours of it drawn from a seed.

import Foundation
import TestSupport
import Testing

@Suite struct FuzzReplayTests {
    private static func corpus(_ name: String) throws -> [Data] {
        let folder = "Tests/Fuzz/corpus/\(name)"
        return try Repository.names(in: folder).sorted().map {
            try Data(contentsOf: Repository.root.appending(path: "\(folder)/\($0)"))
        }
    }

    /// A broken promise traps: run `make fuzz` to find the smallest input that breaks it.
    @Test(arguments: ["ldif", "csv"])
    func `the corpus and its neighbours are read without a trap`(name: String) throws {
        let corpus = try Self.corpus(name)
        #expect(corpus.count >= 5)
        var generator = SeededGenerator(seed: 1)
        for file in corpus {
            for round in 0..<200 {
                var bytes = Array(file)
                if round > 0 { Self.change(&bytes, corpus, &generator) }
                bytes.withUnsafeBytes {
                    name == "ldif" ? ParserFuzz.readLDIF($0) : ParserFuzz.readCSV($0)
                }
            }
        }
    }

    private static func change(
        _ bytes: inout [UInt8], _ corpus: [Data], _ generator: inout SeededGenerator
    ) {
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(Array("\r\n \":;,#<".utf8)[place % 9], at: place)
            default:
                let other = corpus[place % corpus.count]
                bytes.replaceSubrange(place..., with: other.prefix(place))
            }
        }
    }
}
