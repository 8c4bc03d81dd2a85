/// Values of secrets, fetched when a connection is opened and kept nowhere.

import Foundation
import Model

enum SecretSource {
    /// The value, without the line end that files and programs put behind it.
    ///
    /// What is said where it cannot be had names the reference, and never what was read.
    static func value(of reference: SecretReference) throws -> String {
        let text: String
        switch reference {
        case .environment(let name):
            guard let value = ProcessInfo.processInfo.environment[name] else {
                throw Complaint(
                    "a manifest asks for the secret env:\(name), and there is no such variable",
                    hint: "set it where rehome runs")
            }
            text = value
        case .file(let path):
            guard let data = try? Data(contentsOf: URL(filePath: path)) else {
                throw Complaint(
                    "a manifest asks for the secret file:\(path), which cannot be read",
                    hint: "the account that runs rehome must be able to read it")
            }
            text = String(decoding: data, as: UTF8.self)
        case .command(let words): text = try output(of: words)
        }
        let value = text.trimmingCharacters(in: .newlines)
        guard !value.isEmpty else {
            throw Complaint("a secret of a manifest is empty: \(reference.words)")
        }
        return value
    }

    private static func output(of words: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["--"] + words
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw Complaint("the program of a secret cannot be started: \(words[0])")
        }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Complaint(
                "the program of a secret ended with \(process.terminationStatus): \(words[0])",
                hint: "run it by hand to see what it says")
        }
        return String(decoding: data, as: UTF8.self)
    }
}

extension SecretReference {
    /// As a manifest writes it.
    fileprivate var words: String {
        switch self {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        case .command(let words): "exec:\(words[0])"
        }
    }
}
