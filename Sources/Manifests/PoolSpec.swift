/// `kind: Pool`

import Model

struct PoolSpec {
    static let initialState = Pool.State.serving

    var connection: Located<String>
    var site: String
    var product: Located<Product>
    var fqdn: Located<String>
    var state: Pool.State
    var capacity: Int?
}

enum PoolKey: String, ManifestKey {
    case connection
    case site
    case product
    case fqdn
    case state
    case capacity

    static let subject = "the spec of a Pool"
    static let required: [PoolKey] = [.connection, .site, .product, .fqdn]

    var meaning: Meaning {
        switch self {
        case .connection: Meaning(.text, "The Connection that reaches it.")
        case .site: Meaning(.spelled(.name), "Where it stands, a word of your own.")
        case .product: Meaning(.words(of: Product.self), "What runs on it.")
        case .fqdn:
            Meaning(
                .spelled(.fqdn), "Its full name in the deployment, one of a kind on its connection."
            )
        case .state:
            Meaning(
                .words(of: Pool.State.self),
                "Whether it is serving; draining, which takes nobody new but takes back who left it; or retired, which is to be proven empty first.",
                initially: .text(PoolSpec.initialState.rawValue))
        case .capacity:
            Meaning(
                .mapping(CapacityKey.self),
                "How much it may be home to; without it there is no limit.")
        }
    }
}

enum CapacityKey: String, ManifestKey {
    case users

    static let subject = "capacity"
    static let required: [CapacityKey] = [.users]

    var meaning: Meaning {
        switch self {
        case .users: Meaning(.wholeNumber(0...10_000_000), "How many people it may be home to.")
        }
    }
}

extension Decoder {
    func decodePool(_ start: Event) throws -> PoolSpec? {
        var connection: Located<String>?
        var site: String?
        var product: Located<Product>?
        var fqdn: Located<String>?
        var state = PoolSpec.initialState
        var capacity: Int?
        try mapping(start, as: PoolKey.self) { key, value in
            switch key {
            case .connection: connection = try text(value, "connection")
            case .site: site = try name(value, "site")?.value
            case .product:
                let place = location(of: value)
                product = try choice(value, "product", of: Product.self)
                    .map { Located(value: $0, location: place) }
            case .fqdn: fqdn = try decodeFQDN(value)
            case .state: state = try choice(value, "state", of: Pool.State.self) ?? state
            case .capacity:
                try mapping(value, as: CapacityKey.self) { key, value in
                    capacity = try wholeNumber(value, key)
                }
            }
        }
        guard let connection, let site, let product, let fqdn else { return nil }
        return PoolSpec(
            connection: connection, site: site, product: product, fqdn: fqdn, state: state,
            capacity: capacity)
    }

    private func decodeFQDN(_ start: Event) throws -> Located<String>? {
        guard let fqdn = try text(start, "fqdn") else { return nil }
        var copy = fqdn.value
        let isHost = copy.withUTF8 { AddressSyntax.isHost(UnsafeRawBufferPointer($0)[...]) }
        guard isHost, fqdn.value.utf8.count <= 255 else {
            report(
                .badValue, "fqdn cannot be \(quoted(fqdn.value))", at: fqdn.location,
                hint: Spelling.fqdn.hint)
            return nil
        }
        return fqdn
    }
}
