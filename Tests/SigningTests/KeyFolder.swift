/// Keys of people, made for one test by ssh-keygen itself.

import Foundation
import Model
import Signing
import Testing

struct KeyFolder {
    let folder: URL

    /// Makes a key under a name, and returns its line for a file of signers.
    func key(_ name: String, listedAs principal: String) throws -> String {
        try Self.ssh("-q", "-t", "ed25519", "-N", "", "-C", "a test", "-f", path(name))
        let key = try String(contentsOfFile: path(name) + ".pub", encoding: .utf8)
        return "\(principal) \(key)"
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    static func ssh(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ssh-keygen"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "ssh-keygen \(arguments.joined(separator: " "))")
    }
}
