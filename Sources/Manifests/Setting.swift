/// Settings of a connection: any shape, for the adapter to read, and secrets only by reference.

import Model

extension Setting {
    /// The texts of a list that holds nothing else.
    fileprivate var words: [String]? {
        guard case .list(let items) = value, !items.isEmpty else { return nil }
        var words: [String] = []
        for item in items {
            guard case .text(let word) = item.value else { return nil }
            words.append(word)
        }
        return words
    }
}

extension Decoder {
    func decodeSettings(_ start: Event) throws -> [String: Setting] {
        var settings: [String: Setting] = [:]
        try anyMapping(start, "settings") { key, _, value in
            settings[key] = try decodeSetting(value, "the setting \(quoted(key))")
        }
        return settings
    }

    private func decodeSetting(_ start: Event, _ owner: String) throws -> Setting? {
        let place = location(of: start)
        switch start.shape {
        case .sequenceStart:
            var items: [Setting] = []
            try sequence(start, owner, of: "values") { item in
                if let item = try decodeSetting(item, owner) { items.append(item) }
            }
            return Setting(.list(items), at: place)
        case .mappingStart:
            return try decodeMap(start, owner, at: place)
        default:
            return try text(start, owner).map { Setting(.text($0.value), at: $0.location) }
        }
    }

    /// A mapping, or a secret: a mapping whose only key is `secret`.
    private func decodeMap(
        _ start: Event, _ owner: String, at place: SourceLocation
    ) throws -> Setting? {
        var map: [String: Setting] = [:]
        var isWhole = true
        try anyMapping(start, owner) { key, _, value in
            map[key] = try decodeSetting(value, owner)
            isWhole = isWhole && map[key] != nil
        }
        guard let secret = map["secret"] else { return Setting(.map(map), at: place) }
        guard isWhole else { return nil }
        if map.count == 1, let reference = secretReference(secret) {
            return Setting(.secret(reference), at: place)
        }
        report(
            .secretMalformed, "\(owner) is no reference to a secret", at: secret.location,
            hint: "write {secret: env:NAME}, {secret: file:PATH} or "
                + "{secret: {exec: [program, argument]}}, and no other key beside it")
        return nil
    }

    /// A secret by reference; one that stands there in the open is an error.
    func decodeSecret(_ start: Event, _ owner: String) throws -> SecretReference? {
        guard let setting = try decodeSetting(start, owner) else { return nil }
        if case .secret(let reference) = setting.value { return reference }
        reportLiteral(owner, at: setting.location)
        return nil
    }

    private func secretReference(_ setting: Setting) -> SecretReference? {
        switch setting.value {
        case .text(let text): textReference(text)
        case .map(let map):
            map.count == 1 ? map["exec"].flatMap(\.words).map { .command($0) } : nil
        default: nil
        }
    }

    private func textReference(_ text: String) -> SecretReference? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let rest = String(text[text.index(after: colon)...])
        guard !rest.isEmpty else { return nil }
        switch text[..<colon] {
        case "env":
            let isName = rest.utf8.allSatisfy {
                Quantity.isDigit($0) || $0 == UInt8(ascii: "_")
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
            }
            return isName ? .environment(rest) : nil
        case "file": return .file(rest)
        case "exec": return command(rest).map { .command($0) }
        default: return nil
        }
    }

    /// `exec:[program, argument]`: what stands after the colon is YAML once more.
    private func command(_ text: String) -> [String]? {
        let silent = Reading(
            source: reading.source, adapters: reading.adapters, limits: reading.limits)
        return Array(text.utf8).withUnsafeBytes { bytes in
            let reader = EventReader(
                file: file, input: bytes, limits: reading.limits, diagnostics: silent.diagnostics)
            let inner = Decoder(reader: reader, reading: silent)
            guard let start = try? reader.next(), start.shape == .documentStart,
                let node = try? reader.next(), node.shape == .sequenceStart,
                let setting = try? inner.decodeSetting(node, "exec"), !silent.diagnostics.hasErrors
            else { return nil }
            return setting.words
        }
    }

    /// Settings that the adapter does not know, and secrets that are written out.
    func checkSettings(_ settings: [String: Setting], of adapter: String) {
        guard let known = reading.adapters.entries[adapter] else { return }
        for (key, setting) in settings.sorted(by: { $0.key < $1.key }) {
            guard known.settings.contains(key) || known.secretSettings.contains(key) else {
                report(
                    .unknownSetting, "the adapter \(adapter) has no setting \(quoted(key))",
                    at: setting.location,
                    hint: suggestion(for: key, in: Set(known.settings).union(known.secretSettings)))
                continue
            }
            guard known.secretSettings.contains(key) else { continue }
            if case .secret = setting.value { continue }
            reportLiteral("the setting \(quoted(key))", at: setting.location)
        }
    }

    private func reportLiteral(_ owner: String, at location: SourceLocation) {
        report(
            .secretLiteral, "\(owner) is a secret and stands here in the open", at: location,
            hint: "write {secret: env:NAME} or {secret: file:PATH}, and change the secret: "
                + "whoever reads the file has seen it")
    }
}
