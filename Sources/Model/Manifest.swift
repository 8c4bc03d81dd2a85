/// What the kinds of manifest declare, one value for each document.

/// `kind: Estate`: who we are, and which ledger remembers for us.
package struct Estate: Hashable, Sendable {
    package var name: String
    /// An IANA time zone; UTC without an Estate.
    package var zone: String
    package var ledger: LedgerAddress
    /// Nil when the estate is not declared and the defaults of `docs/reference/manifests.md` hold.
    package var location: SourceLocation?

    package init(name: String, zone: String, ledger: LedgerAddress, location: SourceLocation?) {
        self.name = name
        self.zone = zone
        self.ledger = ledger
        self.location = location
    }
}

extension Estate {
    /// How a pool says whose it is: `NAME/LEDGER`, the names of the estate and of its ledger. An estate may
    /// be renamed and its pools stay its own, so the ledger decides.
    package func owner(ledger: String) -> String { "\(name)/\(ledger)" }

    /// Whether an owner is the estate with this ledger; without a ledger nothing is known to be ours.
    package static func isOwner(_ owner: String, ledger: String?) -> Bool {
        guard let ledger else { return false }
        return owner.hasSuffix("/\(ledger)")
    }
}

/// Where the ledger lives, and the id it must carry.
package struct LedgerAddress: Hashable, Sendable {
    /// `sqlite:PATH`, relative to the folder of manifests.
    package var url: String
    /// A ledger that carries another id is refused; nil accepts any, and the plan says so.
    package var id: String?

    package init(url: String, id: String?) {
        self.url = url
        self.id = id
    }
}

/// `kind: Connection`: how to reach a deployment, and how hard it may be driven.
package struct Connection: Hashable, Sendable {
    package var name: String
    /// `embedded`, `inventory`, `skype`, `kamailio` or `process`.
    package var adapter: String
    /// What the adapter reads; the manifest layer checks only its shape.
    package var settings: [String: Setting]
    package var limits: Limits
    package var location: SourceLocation

    package init(
        name: String, adapter: String, settings: [String: Setting], limits: Limits,
        location: SourceLocation
    ) {
        self.name = name
        self.adapter = adapter
        self.settings = settings
        self.limits = limits
        self.location = location
    }

    package struct Limits: Hashable, Sendable {
        /// Batches under way at a time.
        package var concurrency: Int
        /// Steps in a batch.
        package var batch: Int
        /// Steps begun in a span of time; nil is no limit.
        package var rate: Rate?

        package init(concurrency: Int, batch: Int, rate: Rate?) {
            self.concurrency = concurrency
            self.batch = batch
            self.rate = rate
        }
    }

    /// `300/min`
    package struct Rate: Hashable, Sendable {
        package var steps: Int
        package var per: Duration

        package init(steps: Int, per: Duration) {
            self.steps = steps
            self.per = per
        }
    }
}

/// A value in the settings of a connection, with its place for the adapter's own diagnostics.
package struct Setting: Hashable, Sendable {
    package indirect enum Value: Hashable, Sendable {
        case text(String)
        case list([Setting])
        case map([String: Setting])
        case secret(SecretReference)
    }

    package var value: Value
    package var location: SourceLocation

    package init(_ value: Value, at location: SourceLocation) {
        self.value = value
        self.location = location
    }
}

/// Where a secret is to be had. The secret itself never enters a manifest, a plan, a ledger or a log.
package enum SecretReference: Hashable, Sendable {
    case environment(String)
    case file(String)
    case command([String])
}

/// `kind: Pool`: a named group of servers, where it stands, and what becomes of it.
package struct Pool: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        case serving
        /// Takes nobody new; the way back of what left it stays open.
        case draining
        /// To be proven empty, then retired. The document stays as the pool's tombstone.
        case retired
    }

    package var name: String
    package var connection: String
    package var site: String
    package var product: Product
    package var fqdn: String
    package var state: State
    /// How many users the pool may be home to; nil is no limit.
    package var capacity: Int?
    package var location: SourceLocation

    package init(
        name: String, connection: String, site: String, product: Product, fqdn: String,
        state: State,
        capacity: Int?, location: SourceLocation
    ) {
        self.name = name
        self.connection = connection
        self.site = site
        self.product = product
        self.fqdn = fqdn
        self.state = state
        self.capacity = capacity
        self.location = location
    }
}

/// `kind: Placement`: who and what lives on a pool. Its explicit entries and list files are rows of
/// `DesiredState.entries`, because there may be a million.
package struct Placement: Hashable, Sendable {
    package enum OnDrift: String, Hashable, Sendable, CaseIterable {
        case leave
        case correct
    }

    package enum OnRemoval: String, Hashable, Sendable, CaseIterable {
        case leave
        case `return`
    }

    package var name: String
    package var pool: String
    /// What `rehome export` writes: any other placement beats it.
    package var baseline: Bool
    package var selections: [Selection]
    package var onDrift: OnDrift
    package var onRemoval: OnRemoval
    package var consent: PriceConsent
    package var location: SourceLocation

    package init(
        name: String, pool: String, baseline: Bool, selections: [Selection], onDrift: OnDrift,
        onRemoval: OnRemoval, consent: PriceConsent, location: SourceLocation
    ) {
        self.name = name
        self.pool = pool
        self.baseline = baseline
        self.selections = selections
        self.onDrift = onDrift
        self.onRemoval = onRemoval
        self.consent = consent
        self.location = location
    }
}

/// `select: {pool: ocs-mad, department: [Finance, Sales]}`: members by observed attributes. All keys
/// must hold; a list means any of.
package struct Selection: Hashable, Sendable {
    /// Whether it stands under `users` or under `apps`.
    package enum Subject: Hashable, Sendable {
        case users
        case apps
    }

    package struct Condition: Hashable, Sendable {
        /// `pool`, `kind`, `site`, or an attribute that the adapter declares, as written.
        package var key: String
        package var anyOf: [String]
        package var location: SourceLocation

        package init(key: String, anyOf: [String], location: SourceLocation) {
            self.key = key
            self.anyOf = anyOf
            self.location = location
        }
    }

    package var subject: Subject
    package var conditions: [Condition]
    package var location: SourceLocation

    package init(subject: Subject, conditions: [Condition], location: SourceLocation) {
        self.subject = subject
        self.conditions = conditions
        self.location = location
    }
}

/// `kind: Hold`: leave this alone, with a reason, an owner and an expiry date. What is held are rows of
/// `DesiredState.held`.
package struct Hold: Hashable, Sendable {
    package var name: String
    package var reason: String
    package var owner: String
    /// The last instant of the hold; nil holds until the document is taken away.
    package var until: ManifestTime?
    package var location: SourceLocation

    package init(
        name: String, reason: String, owner: String, until: ManifestTime?, location: SourceLocation
    ) {
        self.name = name
        self.reason = reason
        self.owner = owner
        self.until = until
        self.location = location
    }

    package func isActive(at time: Instant) -> Bool {
        until.map { time <= $0.instant } ?? true
    }
}
