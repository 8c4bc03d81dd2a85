/// The kinds of manifest.

/// A kind as `kind:` names it.
enum ManifestKind: String, CaseIterable, Hashable, Sendable {
    case estate = "Estate"
    case connection = "Connection"
    case pool = "Pool"
    case placement = "Placement"
    case rollout = "Rollout"
    case policy = "Policy"
    case hold = "Hold"
    /// Stands beside the repository, and never in it.
    case callout = "Callout"

    /// What its spec holds, and what it is for.
    var meaning: Meaning {
        switch self {
        case .estate:
            Meaning(.mapping(EstateKey.self), "Who we are, and which ledger remembers for us.")
        case .connection:
            Meaning(
                .mapping(ConnectionKey.self),
                "How to reach a deployment, and how hard it may be driven.")
        case .pool:
            Meaning(
                .mapping(PoolKey.self),
                "A named group of servers, where it stands, and what becomes of it.")
        case .placement:
            Meaning(.mapping(PlacementKey.self), "Who and what lives on a pool.")
        case .rollout:
            Meaning(
                .mapping(RolloutKey.self),
                "How to get there: in which waves, and what must hold in between.")
        case .policy: Meaning(.mapping(PolicyKey.self), "Rails for the whole estate.")
        case .hold:
            Meaning(
                .mapping(HoldKey.self),
                "Leave this alone, with a reason, an owner and an expiry date.")
        case .callout:
            Meaning(
                .mapping(CalloutKey.self),
                "Whom a gate asks outside of rehome. Stands in a file beside the repository, and never in it."
            )
        }
    }
}
