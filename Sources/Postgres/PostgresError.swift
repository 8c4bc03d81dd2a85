/// Why PostgreSQL gave no result.
package enum PostgresError: Error, Hashable, Sendable {
    /// The server cannot be reached, or the connection ended. What was under way may have been done.
    case unreachable(String)
    /// The server refused a statement, which had no effect.
    case refused(state: String, message: String)

    package var message: String {
        switch self {
        case .unreachable(let message): message
        case .refused(let state, let message): "\(message) (SQLSTATE \(state))"
        }
    }

    /// Whether trying again may help: serialization, deadlock, too many connections, a server that is
    /// starting or stopping, a deadline (SQLSTATE classes 40, 53, 57 and 55P03).
    package var isTransient: Bool {
        switch self {
        case .unreachable: true
        case .refused(let state, _):
            state.hasPrefix("40") || state.hasPrefix("53") || state.hasPrefix("57")
                || state == "55P03"
        }
    }
}
