/// The canonical line: what it looks like, that it loses nothing, and that nothing else is taken for it.

import Conformance
import Foundation
import Ledgers
import Model
import TestSupport
import Testing

@Suite struct AuditLineTests {
    private static let commit = AuditedCommit(
        number: 7, at: Sample.start, by: Sample.ben, entries: LedgerFolder.history.flatMap(\.self))

    @Test func `lines look as they always looked, for they are hashed`() {
        expectGolden(
            String(decoding: Self.commit.line, as: UTF8.self) + "\n",
            "Tests/LedgersTests/Fixtures/line.json", again: "swift test --filter AuditLineTests")
    }

    @Test func `a line gives back what went in`() throws {
        #expect(try AuditedCommit(line: Self.commit.line) == Self.commit)
    }

    @Test func `text of any kind comes back as it was`() throws {
        let texts = [
            "", "\"\\/", "\u{0}\u{1}\u{1F}\u{7F}", "a\nb\tc\r", "señor", "\u{2028}\u{1F600}",
            "\\u0041", "{\"number\":1}", "'; DROP TABLE audit; --",
        ]
        for text in texts {
            let consent = Consent(
                subject: .approval, digest: text, reason: text,
                by: Actor(account: text, host: text, label: text), at: Sample.start,
                signature: Signature(principal: text, armor: text))
            let home = SettledHome(
                resource: ResourceID(kind: .responseGroups, name: "a/\(text)"), ownID: text,
                pool: text, former: text, placement: text, bySelection: true, movedByUs: true)
            let commit = AuditedCommit(
                number: 1, at: Sample.start, by: Sample.ana,
                entries: [.consentGiven(consent), .homeSettled(connection: text, home)])
            #expect(try AuditedCommit(line: commit.line) == commit)
            #expect(!commit.line.contains { $0 < 0x20 })
        }
    }

    @Test func `times come back to the millisecond, from before Christ to the year 12000`() throws {
        var random = SeededGenerator(seed: 4)
        var times: [Int64] = [0, -1, 1, 951_782_400_000, 951_868_799_999, 4_107_542_399_999]
        for _ in 0..<2000 {
            times.append(
                Int64.random(in: -90_000_000_000_000...320_000_000_000_000, using: &random))
        }
        for time in times.map(Instant.init(millisecondsSince1970:)) {
            let commit = AuditedCommit(number: 1, at: time, by: Sample.ana, entries: [])
            #expect(try AuditedCommit(line: commit.line).at == time)
        }
        let leap = AuditedCommit(
            number: 1, at: Instant(millisecondsSince1970: 951_782_400_000), by: Sample.ana,
            entries: [])
        #expect(
            String(decoding: leap.line, as: UTF8.self).contains("\"2000-02-29T00:00:00.000Z\""))
    }

    @Test func `homes of one pool stand in one group, in the order in which they came`() throws {
        let names = ["c", "a", "b"]
        let entries: [LedgerEntry] =
            names.map { .homeSettled(connection: "madrid", Sample.home($0)) }
            + [.homeSettled(connection: "barcelona", Sample.home("d"))]
            + names.map { .homeSettled(connection: "madrid", Sample.home($0, on: "ocs")) }
        let commit = AuditedCommit(number: 1, at: Sample.start, by: Sample.ana, entries: entries)
        let text = String(decoding: commit.line, as: UTF8.self)
        #expect(text.components(separatedBy: "\"homes\"").count == 4)
        #expect(try AuditedCommit(line: commit.line) == commit)
    }

    /// Until names were recorded folded, they stood as they were written and meant their folded form.
    @Test func `homes of an earlier version are read by their folded names`() throws {
        let home =
            #"{"homes":{"connection":"madrid","pool":"p","former":null,"placement":"a","#
            + #""bySelection":false,"movedByUs":true,EXACT"of":[["user/Ana@X.example","id"]]}}"#
        func name(_ exact: String) throws -> String? {
            let line =
                #"{"number":1,"at":"2026-11-22T22:13:19.123Z","by":{"account":"a","host":"h","#
                + #""label":null},"entries":["# + home.replacing("EXACT", with: exact) + "]}"
            guard
                case .homeSettled(_, let home)? = try AuditedCommit(line: Array(line.utf8))
                    .entries.first
            else { return nil }
            return home.resource.name
        }
        #expect(try name("") == "ana@x.example")
        #expect(try name(#""exact":true,"#) == "Ana@X.example")
    }

    @Test func `names with capitals are marked as meant so, and others leave no mark`() throws {
        for (name, isMarked) in [("ana", false), ("Ana", true)] {
            let commit = AuditedCommit(
                number: 1, at: Sample.start, by: Sample.ana,
                entries: [.homeSettled(connection: "uc", Sample.home(name))])
            let line = String(decoding: commit.line, as: UTF8.self)
            #expect(line.contains("exact") == isMarked)
            #expect(try AuditedCommit(line: commit.line) == commit)
        }
    }

    @Test func `a line that is cut or changed anywhere is refused or says something else`() {
        let line = Self.commit.line
        for length in 0..<line.count {
            #expect(throws: LedgerError.self) { try AuditedCommit(line: Array(line[..<length])) }
        }
        var unnoticed: [Int] = []
        for index in line.indices {
            for byte in [UInt8(ascii: "}"), UInt8(ascii: "\""), 0, 0xFF] where byte != line[index] {
                var changed = line
                changed[index] = byte
                if (try? AuditedCommit(line: changed)) == Self.commit { unnoticed.append(index) }
            }
        }
        #expect(unnoticed == [])
    }

    @Test(arguments: [
        "", "null", "[]", "{}", "{\"number\":1}", "{\"number\":1.5}", "nul", "[[[[[[[[[[[[[[[[[[[[",
        "{\"number\":99999999999999999999}", "{\"number\":1,\"at\":\"yesterday\"}",
    ])
    func `what is no line is damaged`(_ text: String) {
        guard
            case .damaged = #expect(
                throws: LedgerError.self, performing: { try AuditedCommit(line: Array(text.utf8)) })
        else {
            Issue.record("refused otherwise")
            return
        }
    }

    @Test func `heads read as they are printed`() {
        let head = AuditHead(ofEmptyLedger: "x").advanced(
            by: UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(AuditHead(head.description) == head)
        #expect(AuditHead(head.hash.uppercased()) == AuditHead(number: 0, hash: head.hash))
        for text in ["", "1:", "x:\(head.hash)", "1:2:\(head.hash)", String(head.hash.dropLast())] {
            #expect(AuditHead(text) == nil, "\(text)")
        }
    }
}
