/// What was seen and what was remembered at one moment: enough to plan without reaching anything.

/// A reviewer's machine plans over it with no credentials and no ledger, and gets the plan that the
/// machine got which took it. It names everybody: it is for those who may read the ledger.
package struct Snapshot: Sendable {
    package static let format = "rehome.snapshot/1"

    package var observed: ObservedState
    package var memory: Memory
    /// By connection.
    package var capabilities: [String: Capabilities]

    package init(
        observed: ObservedState, memory: Memory, capabilities: [String: Capabilities]
    ) {
        self.observed = observed
        self.memory = memory
        self.capabilities = capabilities
    }
}

/// Why a file is not a snapshot that can be planned over.
package enum SnapshotError: Error, Hashable, Sendable {
    case otherFormat(found: String?)
    case truncated
    case malformed(offset: Int, expected: String)

    package var message: String {
        switch self {
        case .otherFormat(nil):
            "this is no snapshot: it does not begin with format: \(Snapshot.format)"
        case .otherFormat(let found?): "the format is \(found), and this reads \(Snapshot.format)"
        case .truncated: "the snapshot ends in the middle"
        case .malformed(let offset, let expected): "byte \(offset): expected \(expected)"
        }
    }

    package var hint: String { "take one with rehome observe --out FILE, and copy it whole" }
}
