/// `kind: Estate`

import Model

struct EstateSpec {
    var zone = "UTC"
    var ledger = LedgerAddress(url: "sqlite:.rehome/ledger.db", id: nil)
}

enum EstateKey: String, ManifestKey {
    case zone
    case ledger

    static let subject = "the spec of an Estate"
    static let required: [EstateKey] = []
}

enum LedgerKey: String, ManifestKey {
    case url
    case id

    static let subject = "ledger"
    static let required: [LedgerKey] = []
}

extension Decoder {
    func decodeEstate(_ start: Event) throws -> EstateSpec? {
        var spec = EstateSpec()
        try mapping(start, as: EstateKey.self) { key, value in
            switch key {
            case .zone: spec.zone = try zone(value, "zone") ?? spec.zone
            case .ledger: try decodeLedger(value, into: &spec.ledger)
            }
        }
        return spec
    }

    private func decodeLedger(_ start: Event, into ledger: inout LedgerAddress) throws {
        try mapping(start, as: LedgerKey.self) { key, value in
            switch key {
            case .url:
                guard let url = try text(value, "url") else { return }
                if url.value.hasPrefix("sqlite:"), url.value.utf8.count > 7 {
                    ledger.url = url.value
                } else {
                    report(
                        .badValue, "no ledger can be at \(quoted(url.value))", at: url.location,
                        hint: "write sqlite:PATH, with a path relative to the folder of manifests")
                }
            case .id: ledger.id = try filledText(value, "id")?.value
            }
        }
    }

    /// An IANA time zone.
    func zone(_ start: Event, _ owner: String) throws -> String? {
        guard let text = try text(start, owner) else { return nil }
        guard Zone.named(text.value) != nil else {
            let near = nearest(to: text.value, in: Zone.names)
            report(
                .unknownZone, "unknown time zone \(quoted(text.value))", at: text.location,
                hint: near.map { "did you mean \"\($0)\"?" }
                    ?? "write an IANA name such as Europe/Madrid, or UTC")
            return nil
        }
        return text.value
    }
}
