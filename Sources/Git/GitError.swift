/// Why a repository gives no answer.
package enum GitError: Error, Hashable, Sendable {
    /// There is no commit of that name in this clone.
    case noCommit(String)
    /// What git said, its first line.
    case refused(String)
    case unreadable(String)

    package var message: String {
        switch self {
        case .noCommit(let name): "there is no commit '\(name)' in this repository"
        case .refused(let words): "git refuses: \(words)"
        case .unreadable(let words): words
        }
    }

    package var hint: String? {
        switch self {
        case .noCommit:
            "a clone that was cut short lacks it: fetch it, or clone with the whole history"
        case .refused, .unreadable: nil
        }
    }
}
