/// What a person should know, rolled up by rule and pool as it is found.

import Model

/// Rules of planning: what a finding, a remainder or a refusal is called in output and in
/// `docs/reference/diagnostics.md`.
package enum PlanRule: String, CaseIterable, Sendable {
    // Findings
    case ambiguous
    case appsBeforeUsers = "apps-before-users"
    case directoriesLeft = "directories-left"
    case emptyWave = "empty-wave"
    case foreignPool = "foreign-pool"
    case haltsInstead = "halts-instead"
    case holdMatchesNobody = "hold-matches-nobody"
    case homeless
    case ledgerUnnamed = "ledger-unnamed"
    case leftDeployment = "left-deployment"
    case memoryNotAtHand = "memory-not-at-hand"
    case narrowed
    case poolOpened = "pool-opened"
    case poolReleased = "pool-released"
    case policyDefaults = "policy-defaults"
    case relationsUnread = "relations-unread"
    case tiedWave = "tied-wave"
    case waveAnew = "wave-anew"
    case waveUndeclared = "wave-undeclared"
    case renamed
    case unguardedOverwrite = "unguarded-overwrite"
    case unfencedRunner = "unfenced-runner"
    case unmanaged
    case unselected
    case released
    // Why something gets no step
    case closureTooLarge = "closure-too-large"
    case conflict
    case contested
    case held
    case heldWith = "held-with"
    case homeUnknown = "home-unknown"
    case inDoubt = "in-doubt"
    case inFlight = "in-flight"
    case lateWave = "late-wave"
    case loadUnknown = "load-unknown"
    case missing
    case moved
    case movedOn = "moved-on"
    case nameWithBlanks = "name-with-blanks"
    case neverBack = "never-back"
    case neededLater = "needed-later"
    case noMeans = "no-means"
    case noWave = "no-wave"
    case noWayBack = "no-way-back"
    case otherIdentity = "other-identity"
    case poolClaimed = "pool-claimed"
    case poolNotSeen = "pool-not-seen"
    case relationsUnknown = "relations-unknown"
    case retirementBlocked = "retirement-blocked"
    case retirementUnproven = "retirement-unproven"
    case returned
    case rolledBack = "rolled-back"
    case setAside = "set-aside"
    case split
    case undecided
    case unseen
    case voiceBeforeUsers = "voice-before-users"
    case wholePool = "whole-pool"
}

/// Findings about the resources of one connection, with the ten first examples of each by name.
///
/// It keeps rows, not texts: a million people whom no placement asks for cost no `String`.
struct FindingBook {
    private struct Key: Hashable {
        var rule: PlanRule
        var pool: Int32
    }

    fileprivate struct Page {
        var count = 0
        var examples: [Int] = []
    }

    private var pages: [Key: Page] = [:]
    fileprivate static let examplesMax = 10

    /// A row of a table, under a rule and the code of a pool (0 where no pool is to be named).
    mutating func note(_ rule: PlanRule, pool: Int32, _ row: Int, of table: ResourceTable) {
        pages[Key(rule: rule, pool: pool), default: Page()].note(row, of: table)
    }

    func count(of rule: PlanRule) -> Int {
        pages.reduce(0) { $0 + ($1.key.rule == rule ? $1.value.count : 0) }
    }

    func rolledUp(_ table: ResourceTable, poolName: (Int32) -> String) -> [Finding] {
        pages.map { key, page in
            let pool = key.pool == 0 ? "" : poolName(key.pool)
            let words = Self.words(key.rule, page.count, pool)
            let examples = page.examples.map { table[$0].description }
            return Finding(
                rule: key.rule.rawValue, severity: words.severity, message: words.message,
                pool: pool.isEmpty ? nil : pool, resource: page.count == 1 ? examples.first : nil,
                count: page.count, examples: examples, hint: words.hint)
        }
    }
}

extension FindingBook.Page {
    fileprivate mutating func note(_ row: Int, of table: ResourceTable) {
        count += 1
        if let last = examples.last, examples.count == FindingBook.examplesMax,
            !table.precedes(row, last)
        {
            return
        }
        let place = examples.firstIndex { table.precedes(row, $0) } ?? examples.count
        examples.insert(row, at: place)
        if examples.count > FindingBook.examplesMax { examples.removeLast() }
    }
}

extension Finding {
    /// The order in which findings are shown: what weighs most first.
    static func isBefore(_ one: Finding, _ other: Finding) -> Bool {
        if one.severity != other.severity { return one.severity > other.severity }
        return (one.rule, one.pool ?? "", one.message, one.resource ?? "")
            < (other.rule, other.pool ?? "", other.message, other.resource ?? "")
    }
}

extension FindingBook {
    private struct Words {
        var severity: Severity
        var message: String
        var hint: String?
    }

    private static func words(_ rule: PlanRule, _ count: Int, _ pool: String) -> Words {
        let one = count == 1
        let resources = one ? "1 resource" : "\(count) resources"
        let are = one ? "is" : "are"
        let stay = one ? "stays" : "stay"
        switch rule {
        case .foreignPool:
            return Words(
                severity: .note,
                message: "\(resources) \(one ? "lives" : "live") on \(pool), which is not declared",
                hint: "declare the pool to manage who lives there")
        case .released:
            return Words(
                severity: .warning,
                message: "\(resources) on \(pool) \(are) no longer declared and \(stay) there",
                hint: "declare the former pool to take them back: rehome why RESOURCE names it")
        case .unselected:
            return Words(
                severity: .warning,
                message:
                    "\(resources) on \(pool) \(stay) there and no longer \(one ? "matches its" : "match their") selection",
                hint: "list them in a placement to manage them again")
        case .unmanaged:
            return Words(
                severity: .note,
                message: "\(resources) on \(pool) \(are) asked for by no placement")
        default: return wordsOnRecords(rule, count)
        }
    }

    /// What is to be said of records as such, wherever they lie.
    private static func wordsOnRecords(_ rule: PlanRule, _ count: Int) -> Words {
        let one = count == 1
        switch rule {
        case .ambiguous:
            return Words(
                severity: .warning,
                message: "\(count) records share their name with another record",
                hint: "delete or rename one of the records in the deployment: none of them is moved"
            )
        case .homeless:
            return Words(
                severity: .warning,
                message: "\(one ? "1 address has" : "\(count) addresses have") no pool",
                hint: "give them a pool in the deployment, or remove their addresses")
        case .renamed:
            return Words(
                severity: .warning,
                message:
                    "\(one ? "1 resource is" : "\(count) resources are") declared under a former address",
                hint: "write the present address: rehome why RESOURCE names the former one")
        default:
            precondition(rule == .leftDeployment, "\(rule.rawValue) is not rolled up")
            return Words(
                severity: .note,
                message:
                    "\(one ? "1 resource" : "\(count) resources") that rehome settled \(one ? "is" : "are") no longer in the deployment"
            )
        }
    }
}
