/// How the program ends, for whoever called it.

import ArgumentParser

/// The exit statuses of every command; `docs/reference/cli.md` lists them.
enum ExitStatus: Int32, CaseIterable {
    /// Done, or nothing to do.
    case success = 0
    case error = 1
    /// A step could run without a change of manifests (`plan --detailed-exitcode`), drift was found, or
    /// drift stays that could not be accepted.
    case difference = 2
    case invalidManifests = 3
    case refusedByRail = 4
    /// Approval is missing (also no `--yes` without a terminal), or the plan is stale.
    case approvalMissing = 5
    case leaseHeld = 6
    /// Some steps failed, or the run halted.
    case stepsFailed = 7
    /// It waits for something, and nothing failed.
    case waiting = 8
    case interrupted = 130
    case terminated = 143

    /// Of several that hold, the first of this list is told.
    private static let precedence: [ExitStatus] = [
        .interrupted, .terminated, .error, .invalidManifests, .leaseHeld, .refusedByRail,
        .approvalMissing, .stepsFailed, .waiting, .difference, .success,
    ]

    static func first(of statuses: [ExitStatus]) -> ExitStatus {
        precedence.first(where: statuses.contains) ?? .success
    }

    /// What a command throws to end with this status without another word.
    var code: ExitCode { ExitCode(rawValue) }
}
