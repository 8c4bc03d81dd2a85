/// A folder of manifests as a command works on it, and how errors reach the person.

import AdapterEmbedded
import Adapters
import ArgumentParser
import Foundation
import Git
import Ledgers
import Manifests
import Model
import Reconciliation
import Reporting
import Signing

struct Workspace {
    /// As the person named it.
    let name: String
    let composition: Composition
    let reconciler: Reconciler

    init(_ name: String, callouts: CalloutsPlace = .usual) async throws {
        self.name = name
        let folder = URL(filePath: name, directoryHint: .isDirectory).standardizedFileURL
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
            isFolder.boolValue
        else {
            throw Complaint(
                "\(name) is not a folder",
                hint:
                    "name the folder that holds the manifests, as in rehome plan manifests/contoso")
        }
        composition = Composition(folder: folder, callouts: callouts)
        reconciler = Reconciler(
            source: FolderSource(
                root: folder,
                revision: await GitRepository(holding: folder).revisionOfCleanFolder()),
            edges: composition)
    }

    /// The folder as seen from where the command was started, without `.`; empty where it is that place
    /// or cannot be named from there.
    var relativeName: String {
        let parts = name.split(separator: "/").filter { $0 != "." }
        return name.hasPrefix("/") || parts.contains("..") ? "" : parts.joined(separator: "/")
    }

    /// The manifests, or their diagnostics on stderr and the end of the command.
    func load() async throws -> DesiredState {
        switch reconciler.load() {
        case .valid(let desired):
            await respectPrivacy(of: desired)
            return desired
        case .invalid(let diagnostics):
            Console.say(DiagnosticsText.render(diagnostics, style: Console.style).trimmed)
            throw ExitStatus.invalidManifests.code
        }
    }

    /// The same, for a command that may call out: a file of call-outs that cannot be used is said before
    /// anything begins.
    func loadToCallOut() async throws -> DesiredState {
        let desired = try await load()
        let gates = desired.rollouts.flatMap { $0.gatesBefore + $0.gatesAfter }
        guard gates.contains(where: { $0.gate.call != nil }) else { return desired }
        do {
            _ = try composition.callouts.read(
                outside: FolderSource(root: composition.folder))
        } catch let error as CalloutsPlace.Unusable {
            Console.say(DiagnosticsText.render(error.diagnostics, style: Console.style).trimmed)
            throw ExitStatus.invalidManifests.code
        }
        return desired
    }
}

extension Workspace {
    /// The revision on which the manifests are based; nil where the person names none. Where its Policy
    /// masks people they stay masked, whatever the change says: who reviews it must not see more.
    func base(_ revision: String?, of desired: DesiredState) async throws -> BaseRevision? {
        guard let revision else { return nil }
        let repository = GitRepository(holding: composition.folder)
        let commit = try await repository.commit(named: revision)
        let loaded = try await repository.reading(commit) {
            ManifestLoader.load(from: $0, adapters: composition.catalog)
        }
        let base = BaseRevision(commit: commit, loaded: loaded)
        if let before = base.desired {
            var both = desired
            both.policy.privacy.mask.formUnion(before.policy.privacy.mask)
            if both.policy.privacy.mask != desired.policy.privacy.mask {
                await respectPrivacy(of: both)
            }
        }
        return base
    }

    /// Masks people from here on, where the policy says so. Without a ledger that holds the key, with a
    /// key that nobody has afterwards.
    func respectPrivacy(of desired: DesiredState) async {
        let places = desired.policy.privacy.mask
        guard !places.isEmpty else { return }
        let key = try? await reconciler.ledger(of: desired)?.pseudonymKey()
        Console.mask(
            places,
            by: Pseudonyms(key: key ?? Self.passingKey(), comparedBy: desired.folding))
        if key == nil {
            Console.say(
                "note: people are masked with a key of this command alone: there is no ledger at hand"
            )
        }
    }

    private static func passingKey() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }
}

/// Runs the body of a command; what it throws is said in full, with what to do next.
func telling(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let error as ExitCode {
        throw error
    } catch let error as Complaint {
        throw complain(error.message, error.hint, .error)
    } catch let error as LedgerError {
        let status: ExitStatus = if case .leaseHeld = error { .leaseHeld } else { .error }
        throw complain(error.message, error.hint, status)
    } catch let error as DeploymentError {
        for diagnostic in error.diagnostics {
            Console.say(DiagnosticsText.render([diagnostic], style: Console.style).trimmed)
        }
        throw ExitStatus.error.code
    } catch let error as InvalidEdit {
        Console.say(DiagnosticsText.render(error.diagnostics, style: Console.style).trimmed)
        throw complain(
            "the manifests would not be valid with what was accepted: nothing was changed",
            "accept less at a time with --only, or edit the places above by hand", .error)
    } catch let error as Meaningless {
        throw complain(error.message, error.hint, .error)
    } catch let error as SigningError {
        throw complain(error.message, error.hint, .error)
    } catch let error as GitError {
        throw complain(error.message, error.hint, .error)
    } catch let error as AdapterError {
        throw complain(error.message, nil, .error)
    } catch is CancellationError {
        throw ExitStatus.interrupted.code
    } catch {
        throw complain("\(error)", nil, .error)
    }
}

func complain(_ message: String, _ hint: String?, _ status: ExitStatus) -> ExitCode {
    Console.say("error: \(Escaped.text(message))")
    if let hint { Console.say("  hint: \(Escaped.text(hint))") }
    return status.code
}

extension String {
    /// Without the last line feed, for places that add their own.
    var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }
}
