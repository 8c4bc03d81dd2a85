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

    var meaning: Meaning {
        switch self {
        case .zone:
            Meaning(
                .spelled(.zone), "The zone of all dates without one, and of windows without one.",
                initially: .text(EstateSpec().zone))
        case .ledger: Meaning(.mapping(LedgerKey.self), "Which ledger remembers for us.")
        }
    }
}

enum LedgerKey: String, ManifestKey {
    case url
    case id

    static let subject = "ledger"
    static let required: [LedgerKey] = []

    var meaning: Meaning {
        switch self {
        case .url:
            Meaning(
                .spelled(.ledgerURL), "sqlite:PATH, the path relative to the folder of manifests.",
                initially: .text(EstateSpec().ledger.url))
        case .id:
            Meaning(
                .filledText, "The id that the ledger must carry; without it any ledger is taken.")
        }
    }
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
                        hint: Spelling.ledgerURL.hint)
                }
            case .id: ledger.id = try filledText(value, "id")?.value
            }
        }
    }

    /// An IANA time zone.
    func zone(_ start: Event, _ owner: String) throws -> String? {
        guard let text = try text(start, owner) else { return nil }
        guard Zone(named: text.value) != nil else {
            let near = nearest(to: text.value, in: Zone.names)
            report(
                .unknownZone, "unknown time zone \(quoted(text.value))", at: text.location,
                hint: near.map { "did you mean \"\($0)\"?" }
                    ?? Spelling.zone.hint)
            return nil
        }
        return text.value
    }
}
