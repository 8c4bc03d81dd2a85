/// Signatures over approvals, made and looked at by OpenSSH's own program.

import Foundation
package import Model

/// Why nothing can be said of a signature.
package enum SigningError: Error, Hashable, Sendable {
    /// The program is not there.
    case missing
    /// It would not sign, and what it said.
    case refused(String)
    case unusable(String)

    package var message: String {
        switch self {
        case .missing: "there is no ssh-keygen on this machine, which signs approvals"
        case .refused(let words): "ssh-keygen would not sign: \(words)"
        case .unusable(let words): words
        }
    }

    package var hint: String? {
        switch self {
        case .missing: "apt-get install openssh-client"
        case .refused:
            "--sign-with takes a private key, or a public one whose other half an agent holds"
        case .unusable: nil
        }
    }
}

/// `ssh-keygen -Y`, started with arguments and never through a shell.
package struct SSHKeygen: Sendable {
    private let program: String

    package init(program: String = "ssh-keygen") { self.program = program }

    /// Signs a text with a key in a file. A passphrase is asked for on the terminal.
    package func sign(_ text: String, with key: String) async throws(SigningError) -> String {
        let said = try await run(
            ["-Y", "sign", "-n", Signature.namespace, "-f", key], input: text)
        guard said.isGood, said.output.hasPrefix("-----BEGIN SSH SIGNATURE-----") else {
            throw .refused(Self.firstLine(said.errors))
        }
        return said.output
    }

    /// Whether a signature over a text is of a key that the file of signers lists under its principal,
    /// for this purpose and at this time.
    package func judge(
        _ signature: Signature, over text: String, signers: [UInt8]
    ) async throws(SigningError) -> Signature.Verdict {
        guard Self.isName(signature.principal) else {
            return .bad("'\(signature.principal)' is no name that a file of signers can hold")
        }
        let said = try await withFiles(signature.armor, signers) {
            (armor, signers) throws(SigningError) in
            try await run(
                [
                    "-Y", "verify", "-n", Signature.namespace, "-f", signers, "-I",
                    signature.principal, "-s", armor,
                ], input: text)
        }
        let words = said.output.split(whereSeparator: \.isWhitespace)
        guard said.isGood, let fingerprint = words.last(where: { $0.hasPrefix("SHA256:") }) else {
            return .bad(Self.reason(said))
        }
        return .good(fingerprint: String(fingerprint))
    }

    /// The names under which the key of a signature is listed.
    package func principals(
        of armor: String, signers: [UInt8]
    ) async throws(SigningError) -> [String] {
        let said = try await withFiles(armor, signers) { (armor, signers) throws(SigningError) in
            try await run(["-Y", "find-principals", "-f", signers, "-s", armor], input: "")
        }
        guard said.isGood else { return [] }
        let names = said.output.split(whereSeparator: \.isNewline)
            .flatMap { $0.split(separator: ",") }.map(String.init)
        return names.filter(Self.isName)
    }

    /// A name of somebody, which is no pattern for many.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value != 0x7F && !"*?!,\"".unicodeScalars.contains($0)
            }
    }
}

extension SSHKeygen {
    private struct Said {
        var isGood: Bool
        var output: String
        var errors: String
    }

    /// What goes in and comes out are files: `ssh-keygen` may end without reading, and writing into its pipe
    /// then would end us.
    private func run(
        _ arguments: [String], input: String
    ) async throws(SigningError) -> Said {
        let folder = try Self.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            let (text, output, errors) = (
                folder.appending(path: "text"), folder.appending(path: "output"),
                folder.appending(path: "errors")
            )
            try Data(input.utf8).write(to: text)
            for file in [output, errors] { try Data().write(to: file) }
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["LC_ALL=C", program] + arguments
            process.standardInput = try FileHandle(forReadingFrom: text)
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = try FileHandle(forWritingTo: errors)
            let status = try await Self.status(of: process)
            // As `env` says it of what it does not find.
            if status == 127 { throw SigningError.missing }
            return Said(
                isGood: status == 0,
                output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
                errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
        } catch let error as SigningError {
            throw error
        } catch {
            throw .unusable("ssh-keygen cannot be asked: \(error.localizedDescription)")
        }
    }

    /// Returns when it has ended.
    private static func status(of process: Process) async throws -> Int32 {
        try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
    }

    /// A folder that nobody else may enter.
    private static func makeFolder() throws(SigningError) -> URL {
        let blank = String(repeating: "X", count: 6)
        var template = Array("\(NSTemporaryDirectory())/rehome-approval-\(blank)".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .unusable("no folder can be made in \(NSTemporaryDirectory())")
        }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        return URL(filePath: path, directoryHint: .isDirectory)
    }

    /// `ssh-keygen` reads signature and keys from files: they lie in a folder that nobody else may enter,
    /// for as long as that takes.
    private func withFiles(
        _ armor: String, _ signers: [UInt8],
        _ body: (String, String) async throws(SigningError) -> Said
    ) async throws(SigningError) -> Said {
        let folder = try Self.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let armorFile = folder.appending(path: "signature")
        let signersFile = folder.appending(path: "signers")
        do {
            try Data(armor.utf8).write(to: armorFile)
            try Data(signers).write(to: signersFile)
        } catch {
            throw .unusable("\(folder.path) cannot be written: \(error.localizedDescription)")
        }
        return try await body(armorFile.path, signersFile.path)
    }

    /// Why it says no, in words that do not name our files.
    private static func reason(_ said: Said) -> String {
        let lines = (said.errors + "\n" + said.output).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
        // Of a key that is not listed it says nothing more than that it could not verify.
        let telling = lines.first { !$0.hasPrefix("Could not verify") }
        guard let telling, !telling.contains("rehome-approval-") else {
            return "its key is not listed under this name"
        }
        return telling
    }

    private static func firstLine(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init)
        return line?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "it said nothing"
    }
}
