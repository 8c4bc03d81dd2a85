/// What the ledger knows and planning needs, as one value.

package struct Memory: Sendable {
    /// False where no ledger was at hand: then the plan has fewer sections, and says so.
    package var isAtHand: Bool
    package var ledgerID: String?
    /// What earlier runs settled, by connection name.
    package var homes: [String: SettledHomes]
    /// Steps that began and whose outcome nobody has seen yet.
    package var inDoubt: [IntendedStep]
    /// Steps that failed for good, until `rehome retry` takes them up again.
    package var setAside: [StepID: SetAside]
    /// What was taken back and stays blocked in every later revision.
    package var rolledBack: Set<StepID>
    package var consents: [Consent]
    /// Who is held and what is paused by instructions.
    package var stops: Stops
    /// Ids of resources that were seen and are not settled yet, by connection name.
    package var bound: [String: BoundIDs]
    /// How far rollouts have come.
    package var journey: Journey
    /// How far pools have come on the way to their end.
    package var retirements = Retirements()
    /// Who approved that a pool is taken out, by the step that does it; an approval counts for its steps in
    /// whatever plan they turn up. Only where a pool is to be retired.
    package var endorsed: [StepID: Set<String>] = [:]
    /// Who approved what a person stated, by the digest of the statement: whoever stated it is not among them,
    /// and signatures were looked at. Only where policy asks for such approvals.
    package var vouched: [String: Set<String>] = [:]

    package init(
        isAtHand: Bool, ledgerID: String? = nil, homes: [String: SettledHomes] = [:],
        inDoubt: [IntendedStep] = [], setAside: [StepID: SetAside] = [:],
        rolledBack: Set<StepID> = [], consents: [Consent] = [],
        stops: Stops = Stops(comparedBy: .whole),
        bound: [String: BoundIDs] = [:], journey: Journey = Journey()
    ) {
        self.isAtHand = isAtHand
        self.ledgerID = ledgerID
        self.homes = homes
        self.inDoubt = inDoubt
        self.setAside = setAside
        self.rolledBack = rolledBack
        self.consents = consents
        self.stops = stops
        self.bound = bound
        self.journey = journey
    }

    /// How the names in it are compared.
    package var folding: Folding { stops.folding }

    /// The same memory, with names compared in another way.
    package func compared(by folding: Folding) -> Memory {
        var memory = self
        memory.homes = homes.mapValues { $0.compared(by: folding) }
        memory.bound = bound.mapValues { $0.compared(by: folding) }
        memory.stops = stops.compared(by: folding)
        return memory
    }

    package struct SetAside: Hashable, Sendable {
        package var message: String
        package var since: Instant

        package init(message: String, since: Instant) {
            self.message = message
            self.since = since
        }
    }
}

/// The settled homes of one connection: columns beside a table of names. A resource has one row, and
/// what was settled last counts.
package struct SettledHomes: Sendable {
    package private(set) var table: ResourceTable
    private var ownIDs = ByteColumn()
    /// Ids of rows that were settled again with another one.
    private var newerIDs: [Int: String] = [:]
    /// FQDNs.
    package private(set) var pools = CodeColumn()
    package private(set) var formers = CodeColumn()
    package private(set) var placements = CodeColumn()
    private var flags: [UInt8] = []

    package init(comparedBy folding: Folding) { table = ResourceTable(comparedBy: folding) }

    package var count: Int { table.count }

    /// The same homes, with names compared in another way. Of rows that are then one name the first is
    /// found.
    package func compared(by folding: Folding) -> SettledHomes {
        if table.folding == folding { return self }
        var homes = self
        homes.table = table.compared(by: folding).table
        return homes
    }

    package mutating func reserveCapacity(_ rows: Int) {
        table.reserveCapacity(rows)
        ownIDs.reserveCapacity(rows: rows, bytes: rows * 36)
        pools.reserveCapacity(rows)
        formers.reserveCapacity(rows)
        placements.reserveCapacity(rows)
        flags.reserveCapacity(rows)
    }

    /// Adds a home the easy way, or replaces the one that is known. The other `append` is the fast one.
    package mutating func append(_ home: SettledHome) {
        if let row = table.row(of: home.resource) { return replace(at: row, with: home) }
        table.append(home.resource)
        ownIDs.append(home.ownID ?? "")
        pools.append(home.pool)
        formers.append(home.former ?? "")
        placements.append(home.placement)
        flags.append(Self.flags(bySelection: home.bySelection, movedByUs: home.movedByUs))
    }

    /// Adds the home of a resource that has no row yet, without a `String`: an empty id for none, and
    /// codes from `poolCode(of:)`, `formerCode(of:)` and `placementCode(of:)`.
    package mutating func append(
        kind: Kind, name: UnsafeRawBufferPointer, ownID: UnsafeRawBufferPointer, poolCode: Int32,
        formerCode: Int32, placementCode: Int32, bySelection: Bool, movedByUs: Bool
    ) {
        table.append(kind: kind, name: name)
        ownIDs.append(ownID)
        pools.append(code: poolCode)
        formers.append(code: formerCode)
        placements.append(code: placementCode)
        flags.append(Self.flags(bySelection: bySelection, movedByUs: movedByUs))
    }

    package mutating func poolCode(of text: String) -> Int32 {
        pools.code(of: Self.fact(text))
    }

    package mutating func formerCode(of text: String) -> Int32 {
        formers.code(of: Self.fact(text))
    }

    package mutating func placementCode(of text: String) -> Int32 {
        placements.code(of: Self.fact(text))
    }

    package func row(of id: ResourceID) -> Int? { table.row(of: id) }

    package func withOwnID<Result>(
        at row: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        if !newerIDs.isEmpty, var id = newerIDs[row] {
            return try id.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
        }
        return try ownIDs.withBytes(at: row, body)
    }

    package func bySelection(at row: Int) -> Bool { flags[row] & 1 != 0 }
    package func movedByUs(at row: Int) -> Bool { flags[row] & 2 != 0 }

    package subscript(row: Int) -> SettledHome {
        let ownID = newerIDs[row] ?? ownIDs[row]
        return SettledHome(
            resource: table[row], ownID: ownID.isEmpty ? nil : ownID,
            pool: text(pools[row]) ?? "", former: text(formers[row]),
            placement: text(placements[row]) ?? "", bySelection: bySelection(at: row),
            movedByUs: movedByUs(at: row))
    }

    private mutating func replace(at row: Int, with home: SettledHome) {
        newerIDs[row] = home.ownID ?? ""
        pools.replace(at: row, with: Self.fact(home.pool))
        formers.replace(at: row, with: Self.fact(home.former ?? ""))
        placements.replace(at: row, with: Self.fact(home.placement))
        flags[row] = Self.flags(bySelection: home.bySelection, movedByUs: home.movedByUs)
    }

    private static func flags(bySelection: Bool, movedByUs: Bool) -> UInt8 {
        (bySelection ? 1 : 0) | (movedByUs ? 2 : 0)
    }

    /// No text is how these columns say that there is none.
    private static func fact(_ text: String) -> Fact<String> {
        text.isEmpty ? .absent : .present(text)
    }

    private func text(_ fact: Fact<String>) -> String? {
        guard case .present(let text) = fact else { return nil }
        return text
    }
}

/// Where a declared resource was last known to be settled by rehome, moved or not.
package struct SettledHome: Hashable, Sendable {
    package var resource: ResourceID
    /// The deployment's own id at that time; nil where it has none.
    package var ownID: String?
    /// The FQDN of the pool.
    package var pool: String
    /// The FQDN of the pool before rehome moved it.
    package var former: String?
    package var placement: String
    package var bySelection: Bool
    /// False for who was already there.
    package var movedByUs: Bool

    package init(
        resource: ResourceID, ownID: String?, pool: String, former: String?, placement: String,
        bySelection: Bool, movedByUs: Bool
    ) {
        self.resource = resource
        self.ownID = ownID
        self.pool = pool
        self.former = former
        self.placement = placement
        self.bySelection = bySelection
        self.movedByUs = movedByUs
    }
}

/// That a person agreed to something once: bound to one digest, over with it.
package struct Consent: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case override(Rail)
        case price(Price.What)
        case unknownPrice(Price.What)
        case approval
        /// That everything an earlier ledger remembered is given up.
        case newLedger
        /// That a pool is given up, by its name: nothing waits for it to answer any more.
        case evacuation(String)
        /// What a person stated, by the name of its gate or row; the digest is of the statement.
        case attestation(String)
    }

    package var subject: Subject
    package var digest: String
    package var reason: String
    package var by: Actor
    package var at: Instant
    /// Of an approval that somebody signed; never trusted, but looked at whenever it counts.
    package var signature: Signature?

    package init(
        subject: Subject, digest: String, reason: String, by: Actor, at: Instant,
        signature: Signature? = nil
    ) {
        self.subject = subject
        self.digest = digest
        self.reason = reason
        self.by = by
        self.at = at
        self.signature = signature
    }
}

/// Who acted: an operating-system account on a host; the label is what `--as` said and proves nothing.
package struct Actor: Hashable, Sendable {
    package var account: String
    package var host: String
    package var label: String?

    package init(account: String, host: String, label: String? = nil) {
        self.account = account
        self.host = host
        self.label = label
    }
}

extension Actor: CustomStringConvertible {
    package var description: String {
        "\(account)@\(host)" + (label.map { " (as \($0))" } ?? "")
    }
}
