/// What accepting drift changes in the manifests.

package struct Acceptance: Sendable {
    package struct Accepted: Hashable, Sendable {
        package var resource: ResourceID
        package var connection: String
        /// The pool that the manifests asked for, and the one they ask for now; nil for who is gone.
        package var from: String?
        package var to: String?

        package init(resource: ResourceID, connection: String, from: String?, to: String?) {
            self.resource = resource
            self.connection = connection
            self.from = from
            self.to = to
        }
    }

    package struct Refused: Hashable, Sendable {
        package var resource: ResourceID
        package var connection: String
        package var why: String

        package init(resource: ResourceID, connection: String, why: String) {
            self.resource = resource
            self.connection = connection
            self.why = why
        }
    }

    package var accepted: [Accepted]
    /// Drift that cannot be accepted, or not by rehome.
    package var refused: [Refused]
    package var edits: [FileEdit]

    package init(accepted: [Accepted] = [], refused: [Refused] = [], edits: [FileEdit] = []) {
        self.accepted = accepted
        self.refused = refused
        self.edits = edits
    }
}

/// One file of manifests before and after a change.
package struct FileEdit: Hashable, Sendable {
    /// Relative to the folder of manifests.
    package var path: String
    /// Nil for a file that is new.
    package var before: String?
    package var after: String

    package init(path: String, before: String?, after: String) {
        self.path = path
        self.before = before
        self.after = after
    }
}
