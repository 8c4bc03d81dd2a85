/// `kind: Connection`

import Model

struct ConnectionSpec {
    static let usualLimits = Connection.Limits(concurrency: 4, batch: 50, rate: nil)

    var adapter: String
    var settings: [String: Setting] = [:]
    var limits = usualLimits
}

enum ConnectionKey: String, ManifestKey {
    case adapter
    case settings
    case limits

    static let subject = "the spec of a Connection"
    static let required: [ConnectionKey] = [.adapter]

    var meaning: Meaning {
        switch self {
        case .adapter: Meaning(.adapter, "Which adapter speaks to the deployment.")
        case .settings: Meaning(.settings, "What that adapter reads.")
        case .limits:
            Meaning(.mapping(ConnectionLimitKey.self), "How hard the deployment may be driven.")
        }
    }
}

enum ConnectionLimitKey: String, ManifestKey {
    case concurrency
    case batch
    case rate

    static let subject = "limits"
    static let required: [ConnectionLimitKey] = []

    var meaning: Meaning {
        switch self {
        case .concurrency:
            Meaning(
                .wholeNumber(1...1024), "How many batches may be under way at a time.",
                initially: .number(ConnectionSpec.usualLimits.concurrency))
        case .batch:
            Meaning(
                .wholeNumber(1...10_000), "How many moves are in a batch.",
                initially: .number(ConnectionSpec.usualLimits.batch))
        case .rate:
            Meaning(
                .spelled(.rate),
                "How many moves may begin in a span of time; without it there is no limit.")
        }
    }
}

extension Decoder {
    func decodeConnection(_ start: Event) throws -> ConnectionSpec? {
        var adapter: String?
        var settings: [String: Setting] = [:]
        var limits = ConnectionSpec.usualLimits
        try mapping(start, as: ConnectionKey.self) { key, value in
            switch key {
            case .adapter: adapter = try decodeAdapter(value)
            case .settings: settings = try decodeSettings(value)
            case .limits: try decodeLimits(value, into: &limits)
            }
        }
        guard let adapter else { return nil }
        checkSettings(settings, of: adapter)
        return ConnectionSpec(adapter: adapter, settings: settings, limits: limits)
    }

    private func decodeAdapter(_ start: Event) throws -> String? {
        guard let adapter = try text(start, "adapter") else { return nil }
        if reading.adapters.entries[adapter.value] != nil { return adapter.value }
        reportNoChoice(adapter, "adapter", Array(reading.adapters.entries.keys))
        return nil
    }

    private func decodeLimits(
        _ start: Event, into limits: inout Connection.Limits
    ) throws {
        try mapping(start, as: ConnectionLimitKey.self) { key, value in
            switch key {
            case .concurrency:
                limits.concurrency =
                    try wholeNumber(value, key) ?? limits.concurrency
            case .batch:
                limits.batch = try wholeNumber(value, key) ?? limits.batch
            case .rate:
                guard let text = try text(value, "rate") else { return }
                limits.rate = Quantity.rate(text.value)
                guard limits.rate == nil else { return }
                report(
                    .badRate, "rate is no number of steps in a time: \(quoted(text.value))",
                    at: text.location, hint: Spelling.rate.hint)
            }
        }
    }
}
