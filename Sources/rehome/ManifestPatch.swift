/// The change of the manifests after which they no longer ask for what was taken back.

import Foundation
import Model
import Reconciliation
import Reporting

/// On stdout, in a file, or made.
struct ManifestPatch {
    /// A file for the patch.
    var out: String?
    /// Whether the manifests are changed at once.
    var isMade = false
    /// Whether people read stdout; programs get no patch there.
    var isText: Bool

    func tell(
        _ draft: WayBackDraft, _ workspace: Workspace, _ desired: DesiredState
    ) throws {
        let (edits, byHand) = workspace.reconciler.keepBack(draft, desired)
        for words in byHand {
            Console.say("note: write this by hand, so that nobody is asked for again: \(words)")
        }
        let prefix = workspace.relativeName.isEmpty ? "" : workspace.relativeName + "/"
        let patch = edits.map {
            PatchText.file(prefix + $0.path, before: $0.before, after: $0.after)
        }.joined()
        guard !patch.isEmpty else { return }
        if isMade {
            try FileEdits.save(edits, in: workspace.name)
            Console.say("changed \(edits.map(\.path).joined(separator: ", ")): commit it")
        } else if let out {
            try OutFile(path: out).write(Array(patch.utf8))
            Console.say("the patch of the manifests is in \(Escaped.text(out)): git apply it")
        } else if Console.resultIsMasked {
            Console.say("note: people are masked here, and so is the patch: say --out or --write")
        } else if isText {
            Console.result("\n" + patch)
        }
    }
}

/// Changes of manifests that are made at once.
enum FileEdits {
    static func save(_ edits: [FileEdit], in folder: String) throws {
        for edit in edits {
            let file = URL(filePath: folder, directoryHint: .isDirectory).appending(path: edit.path)
            try OutFile(path: file.path).write(Array(edit.after.utf8))
        }
    }
}
