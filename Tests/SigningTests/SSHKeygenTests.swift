/// Signatures with real keys: which are good, and all the ways in which one is not.

import Foundation
import Model
import Signing
import TestSupport
import Testing

@Suite struct SSHKeygenTests {
    /// Ana and Ben have keys, and Ana signed a plan of two steps.
    private struct Scene {
        let keys: KeyFolder
        let signers: [UInt8]
        let statement: ApprovalStatement
        let armor: String

        init(in folder: URL) async throws {
            keys = KeyFolder(folder: folder)
            let lines =
                try keys.key("ana", listedAs: "ana@contoso.example")
                + keys.key("ben", listedAs: "ben@contoso.example")
            signers = Array(lines.utf8)
            statement = Self.statement()
            armor = try await SSHKeygen().sign(statement.text, with: keys.path("ana"))
        }

        static func statement(
            plan: String = String(repeating: "7", count: 64), steps: [UInt64] = [1, 2]
        ) -> ApprovalStatement {
            ApprovalStatement(
                estate: "contoso", ledger: "1a2b3c4d", plan: plan,
                steps: steps.map { StepID(high: 0, low: $0) })
        }

        func judge(
            as principal: String = "ana@contoso.example", over text: String? = nil,
            armor: String? = nil, signers: [UInt8]? = nil
        ) async throws -> Signature.Verdict {
            try await SSHKeygen().judge(
                Signature(principal: principal, armor: armor ?? self.armor),
                over: text ?? statement.text, signers: signers ?? self.signers)
        }
    }

    private func scene(_ body: (Scene) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in try await body(try await Scene(in: folder)) }
    }

    private func expectBad(
        _ verdict: Signature.Verdict, _ words: String,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        guard case .bad(let reason) = verdict else {
            Issue.record("it counts as good", sourceLocation: sourceLocation)
            return
        }
        #expect(words.isEmpty || reason.contains(words), sourceLocation: sourceLocation)
        #expect(!reason.contains("/"), "no path of ours: \(reason)", sourceLocation: sourceLocation)
    }

    @Test func `a good signature gives the fingerprint of its key`() async throws {
        try await scene { scene in
            guard case .good(let fingerprint) = try await scene.judge() else {
                Issue.record("not good: \(try await scene.judge())")
                return
            }
            #expect(fingerprint.hasPrefix("SHA256:") && fingerprint.count == 50)
            let names = try await SSHKeygen().principals(of: scene.armor, signers: scene.signers)
            #expect(names == ["ana@contoso.example"])
        }
    }

    @Test func `the key of somebody else is none of this name`() async throws {
        try await scene { scene in
            expectBad(try await scene.judge(as: "ben@contoso.example"), "")
            expectBad(try await scene.judge(as: "carl@contoso.example"), "")
            expectBad(try await scene.judge(as: "*"), "no name")
            expectBad(try await scene.judge(as: ""), "no name")
            let stranger = try scene.keys.key("eve", listedAs: "eve@contoso.example")
            let armor = try await SSHKeygen().sign(
                scene.statement.text, with: scene.keys.path("eve"))
            expectBad(try await scene.judge(armor: armor), "")
            // It is the file of signers that lets her in.
            let more = scene.signers + Array(stranger.utf8)
            guard
                case .good = try await scene.judge(
                    as: "eve@contoso.example", armor: armor, signers: more)
            else {
                Issue.record("a listed key does not count")
                return
            }
        }
    }

    @Test func `a signature is for one plan, its steps, this estate and this ledger`() async throws
    {
        try await scene { scene in
            var others = [
                Scene.statement(plan: String(repeating: "8", count: 64)),
                Scene.statement(steps: [1, 3]), Scene.statement(steps: [1, 2, 3]),
            ]
            others.append(scene.statement)
            others[3].estate = "fabrikam"
            others.append(scene.statement)
            others[4].ledger = "ffffffff"
            for other in others {
                expectBad(try await scene.judge(over: other.text), "incorrect signature")
            }
            // In which order steps were recorded says nothing.
            guard case .good = try await scene.judge(over: Scene.statement(steps: [2, 1]).text)
            else {
                Issue.record("the order of steps counts")
                return
            }
        }
    }

    @Test func `a signature for another purpose is none`() async throws {
        try await scene { scene in
            let file = scene.keys.folder.appending(path: "text")
            try Data(scene.statement.text.utf8).write(to: file)
            try KeyFolder.ssh(
                "-Y", "sign", "-q", "-n", "git", "-f", scene.keys.path("ana"), file.path)
            let armor = try String(contentsOfFile: file.path + ".sig", encoding: .utf8)
            expectBad(try await scene.judge(armor: armor), "namespace")
            expectBad(try await scene.judge(armor: "no signature at all"), "")
            expectBad(try await scene.judge(armor: ""), "")
        }
    }

    @Test func `keys that are for other purposes or whose time is over do not count`() async throws
    {
        try await scene { scene in
            let line = String(decoding: scene.signers, as: UTF8.self)
            for option in [#"namespaces="git""#, #"valid-before="20200101""#] {
                let text = line.replacingOccurrences(
                    of: " ssh-ed25519", with: " \(option) ssh-ed25519")
                expectBad(try await scene.judge(signers: Array(text.utf8)), "")
            }
            expectBad(try await scene.judge(signers: []), "")
        }
    }

    @Test func `without ssh-keygen a person learns what to install`() async throws {
        let missing = SSHKeygen(program: "no-such-ssh-keygen")
        await #expect(throws: SigningError.missing) {
            try await missing.sign("text", with: "key")
        }
        #expect(SigningError.missing.hint == "apt-get install openssh-client")
        await #expect(throws: SigningError.self) {
            try await SSHKeygen().sign("text", with: "/nowhere/key")
        }
    }
}
