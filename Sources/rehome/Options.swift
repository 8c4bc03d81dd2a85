/// Options that several commands share.

import ArgumentParser
import Model

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

struct OutputOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .long], help: "How the result is written.")
    var output: OutputFormat = .text
}

/// `--dir DIR`, for commands whose argument is something else.
struct FolderOption: ParsableArguments {
    @Option(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
    var dir: String = "."
}

/// `RAIL@DIGEST`
struct OverrideArgument: ExpressibleByArgument {
    var rail: Rail
    var digest: String

    init?(argument: String) {
        let parts = argument.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let rail = Rail(rawValue: String(parts[0])),
            let digest = DigestArgument(argument: String(parts[1]))
        else { return nil }
        self.rail = rail
        self.digest = digest.digits
    }
}

/// The first digits of a digest, at least eight.
struct DigestArgument: ExpressibleByArgument {
    var digits: String

    init?(argument: String) {
        guard (8...64).contains(argument.utf8.count), argument.allSatisfy(\.isHexDigit)
        else { return nil }
        digits = argument.lowercased()
    }
}

extension Price.What: ExpressibleByArgument {}
extension Drift.Class: ExpressibleByArgument {}
