/// `kind: Pool`

import Model

struct PoolSpec {
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
}

enum CapacityKey: String, ManifestKey {
    case users

    static let subject = "capacity"
    static let required: [CapacityKey] = [.users]
}

extension Decoder {
    func decodePool(_ start: Event) throws -> PoolSpec? {
        var connection: Located<String>?
        var site: String?
        var product: Located<Product>?
        var fqdn: Located<String>?
        var state = Pool.State.serving
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
                try mapping(value, as: CapacityKey.self) { _, value in
                    capacity = try wholeNumber(value, "users", in: 0...10_000_000)
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
                hint: "write the full name of the pool, such as pool01.contoso.example")
            return nil
        }
        return fqdn
    }
}
