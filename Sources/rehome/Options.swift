/// Options that several commands share.

import ArgumentParser
import Manifests
import Model

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// How a plan is written.
enum PlanFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case jsonl
    case markdown
}

/// How what is wrong with manifests is written.
enum ValidationFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case sarif
    case junit
}

/// How drift is written.
enum DriftFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case markdown
    case junit
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

/// Options that narrow a command to a part of the estate.
struct PartOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only what this rollout leads; may be given again.", valueName: "name"))
    var rollout: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only what this wave draws: ROLLOUT/WAVE, or WAVE with one --rollout; may be given again.",
            valueName: "wave"))
    var wave: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only what is on a pool of this site or asked to one; may be given again.",
            valueName: "name"))
    var site: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only this resource, KIND/NAME or the address of a user; may be given again.",
            valueName: "resource"))
    var only: [ResourceArgument] = []

    func validate() throws {
        if wave.contains(where: { !$0.contains("/") }), rollout.count != 1 {
            throw ValidationError("--wave wants ROLLOUT/WAVE, or one --rollout beside it")
        }
    }

    /// What was asked for, checked against what the manifests declare.
    func narrowing(of desired: DesiredState) throws -> Narrowing {
        let waves = wave.map { $0.contains("/") ? $0 : "\(rollout[0])/\($0)" }
        let part = Narrowing(
            rollouts: Set(rollout), waves: Set(waves), sites: Set(site),
            only: Set(only.map(\.id)))
        if let stranger = part.unknownName(in: desired) { throw Complaint(stranger) }
        return part
    }
}

/// `KIND/NAME`, or the address of a user.
struct ResourceArgument: ExpressibleByArgument {
    var id: ResourceID

    init?(argument: String) {
        if let id = ResourceID(argument) {
            self.id = id
        } else if argument.contains("@"), !argument.contains("/") {
            id = ResourceID(kind: .user, name: Address.withoutScheme(argument))
        } else {
            return nil
        }
    }
}

/// A span of time, as in `72h`, `30m` or `2d`.
struct SpanArgument: ExpressibleByArgument {
    var span: Duration

    init(span: Duration) { self.span = span }

    init?(argument: String) {
        guard let span = Quantity.duration(argument) else { return nil }
        self.span = span
    }

    var defaultValueDescription: String { "\(span.components.seconds)s" }
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
