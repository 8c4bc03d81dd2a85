/// From events to values: what all kinds of manifest have in common.

import Model

/// A value and where it was written.
struct Located<Value: Sendable>: Sendable {
    var value: Value
    var location: SourceLocation
}

/// Decodes the documents of one file. A function that decodes takes the first event of a node and
/// consumes the rest of it, right or wrong; what is wrong is reported and yields nil.
final class Decoder {
    let reader: EventReader
    let reading: Reading
    var file: String { reader.file }

    init(reader: EventReader, reading: Reading) {
        self.reader = reader
        self.reading = reading
    }

    func report(
        _ rule: Rule, _ message: @autoclosure () -> String, at location: SourceLocation,
        hint: @autoclosure () -> String? = nil
    ) {
        reading.diagnostics.report(rule, message(), at: location, hint: hint())
    }

    func location(of event: Event) -> SourceLocation { reader.location(of: event) }

    /// Consumes a node that nobody wants.
    func skip(_ start: Event) throws {
        var depth = start.shape == .sequenceStart || start.shape == .mappingStart ? 1 : 0
        while depth > 0 {
            switch try reader.next().shape {
            case .sequenceStart, .mappingStart: depth += 1
            case .sequenceEnd, .mappingEnd: depth -= 1
            default: break
            }
        }
    }

    func reportWrongType(
        _ start: Event, _ owner: String, wants: String, hint: String? = nil
    ) throws {
        let found =
            switch start.shape {
            case .sequenceStart: "a list"
            case .mappingStart: "a mapping"
            default: start.isNull ? "nothing" : quoted(start.bytes)
            }
        report(
            .wrongType, "\(owner) takes \(wants), not \(found)", at: location(of: start),
            hint: hint ?? (start.isNull ? "take the key away, or put the word in quotes" : nil))
        try skip(start)
    }
}

// Mappings and lists
extension Decoder {
    /// Decodes a mapping whose keys are known; false when it is none or lacks a required key.
    @discardableResult
    func mapping<Key: ManifestKey>(
        _ start: Event, as keys: Key.Type, _ body: (Key, Event) throws -> Void
    ) throws -> Bool {
        var seen: Set<Key> = []
        let place = location(of: start)
        let isMapping = try anyMapping(start, Key.subject) { name, location, value in
            guard let key = Key(rawValue: name) else {
                report(
                    .unknownKey, "unknown key \(quoted(name)) in \(Key.subject)", at: location,
                    hint: suggestion(for: name, in: Key.allCases.map(\.rawValue)))
                return try skip(value)
            }
            seen.insert(key)
            try body(key, value)
        }
        guard isMapping else { return false }
        let missing = Key.required.filter { !seen.contains($0) }
        for key in missing {
            report(
                .missingKey, "\(Key.subject) lacks \"\(key.rawValue)\"", at: place,
                hint: "docs/reference/manifests.md lists the keys of each kind")
        }
        return missing.isEmpty
    }

    /// Decodes a mapping with any keys; a key that stands there twice counts once.
    @discardableResult
    func anyMapping(
        _ start: Event, _ owner: String,
        _ body: (_ key: String, _ at: SourceLocation, _ value: Event) throws -> Void
    ) throws -> Bool {
        guard start.shape == .mappingStart else {
            try reportWrongType(start, owner, wants: "a mapping")
            return false
        }
        var seen: [String: SourceLocation] = [:]
        while true {
            let event = try reader.next()
            if event.shape == .mappingEnd { return true }
            let place = location(of: event)
            guard let key = try key(event, at: place) else {
                try skip(reader.next())
                continue
            }
            let value = try reader.next()
            if let first = seen[key] {
                report(
                    .duplicateKey, "the key \(quoted(key)) stands here a second time", at: place,
                    hint: "the first one is at \(first)")
                try skip(value)
            } else {
                seen[key] = place
                try body(key, place, value)
            }
        }
    }

    private func key(_ event: Event, at place: SourceLocation) throws -> String? {
        guard event.shape == .scalar else {
            report(.wrongType, "a key is text, not a list or a mapping", at: place)
            try skip(event)
            return nil
        }
        let key = event.text
        guard event.isPlain, key == "<<" else { return key }
        report(
            .mergeKey, "merge keys are not supported", at: place,
            hint: "write the keys out, or put an alias in the place of a whole value")
        return nil
    }

    @discardableResult
    func sequence(
        _ start: Event, _ owner: String, of items: String, _ body: (Event) throws -> Void
    ) throws -> Bool {
        guard start.shape == .sequenceStart else {
            try reportWrongType(
                start, owner, wants: "a list of \(items)",
                hint: start.shape == .scalar && !start.isNull
                    ? "put it in brackets, even when it is one" : nil)
            return false
        }
        while true {
            let event = try reader.next()
            if event.shape == .sequenceEnd { return true }
            try body(event)
        }
    }
}
