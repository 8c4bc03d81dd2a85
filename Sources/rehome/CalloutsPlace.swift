/// The file that says whom gates call. It lies beside the repository: who changes manifests must not change
/// what is started or reached.

import ArgumentParser
import Foundation
import Manifests
import Model

struct CalloutOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file that defines call-outs of gates, outside of the repository.",
            valueName: "file"))
    var callouts: String?

    /// As it was named, else by `REHOME_CALLOUTS`, else where machines have it.
    var place: CalloutsPlace {
        let named = ProcessInfo.processInfo.environment["REHOME_CALLOUTS"]
        let path = [callouts, named].compactMap(\.self).first { !$0.isEmpty }
        return CalloutsPlace(path: path ?? CalloutsPlace.usual.path)
    }
}

struct CalloutsPlace {
    static let usual = CalloutsPlace(path: "/etc/rehome/callouts.yaml")

    /// As somebody named it.
    var path: String

    /// What the file defines.
    ///
    /// - Parameter repository: It must not lie there.
    /// - Returns: Its call-outs; nil where there is no such file.
    /// - Throws: What a person must mend.
    func read(outside repository: FolderSource) throws -> [Callout]? {
        let whole =
            path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
        guard !repository.leadsThrough(whole) else {
            throw Complaint(
                "the file of call-outs \(path) lies in the repository: who changes manifests could change what is started",
                hint:
                    "move it out of the work tree, such as to \(Self.usual.path), and name it with --callouts"
            )
        }
        guard FileManager.default.fileExists(atPath: whole) else { return nil }
        switch CalloutFile.load(try bytes(of: whole), of: path) {
        case .valid(let callouts):
            for callout in callouts { try check(callout, outside: repository) }
            return callouts
        case .invalid(let diagnostics): throw Unusable(diagnostics: diagnostics)
        }
    }

    private func bytes(of whole: String) throws -> [UInt8] {
        let most = CalloutFile.bytesMax
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: whole))
            defer { try? file.close() }
            let data = try file.read(upToCount: most + 1) ?? Data()
            if data.count <= most { return Array(data) }
        } catch {
            throw Complaint(
                "the file of call-outs \(path) cannot be read: \(error.localizedDescription)",
                hint: "the account that runs rehome must be able to read it")
        }
        throw Complaint(
            "the file of call-outs \(path) is larger than \(most) bytes",
            hint: "name the file that defines call-outs, and nothing else")
    }

    private func check(_ callout: Callout, outside repository: FolderSource) throws {
        guard case .command(let words) = callout.way, repository.leadsThrough(words[0]) else {
            return
        }
        throw Complaint(
            "the call-out \(callout.name) in \(path) starts \(words[0]), which lies in the repository: who changes manifests could change it",
            hint: "install the program outside of the work tree")
    }

    /// A call-out that a gate names, or why nobody can be asked: then nobody can say whether it may pass.
    func callout(_ name: String, outside repository: FolderSource) throws -> Callout {
        let example =
            "apiVersion: rehome.dev/v1, kind: Callout, metadata: {name: \(name)}, spec: {url: https://HOST/PATH} or {command: [/PATH/TO/PROGRAM]}"
        guard let callouts = try read(outside: repository) else {
            throw Complaint("there is no file \(path) that defines it: write \(example)")
        }
        guard let found = callouts.first(where: { $0.name == name }) else {
            throw Complaint("\(path) defines no such call-out: add \(example)")
        }
        return found
    }

    /// What is wrong with the file, place by place.
    struct Unusable: Error {
        var diagnostics: [Diagnostic]
    }
}
