/// The envelope of a document: `apiVersion`, `kind`, `metadata`, `spec`.

import Model

enum EnvelopeKey: String, ManifestKey {
    case apiVersion
    case kind
    case metadata
    case spec

    static let subject = "a document"
    static let required = allCases

    var meaning: Meaning {
        switch self {
        case .apiVersion: Meaning(.word([Decoder.apiVersion]), "The format of the document.")
        case .kind: Meaning(.words(of: ManifestKind.self), "What the document declares.")
        case .metadata: Meaning(.mapping(MetadataKey.self), "How the document is named.")
        case .spec: Meaning(.spec, "What the kind wants.")
        }
    }
}

enum MetadataKey: String, ManifestKey {
    case name
    case labels

    static let subject = "the metadata"
    static let required: [MetadataKey] = [.name]

    var meaning: Meaning {
        switch self {
        case .name:
            Meaning(
                .spelled(.name), "How other documents name it; one of a kind and name in all files."
            )
        case .labels: Meaning(.map(of: .text), "For your own use; rehome does nothing with them.")
        }
    }
}

/// A decoded spec of any kind.
enum Spec {
    case estate(EstateSpec)
    case connection(ConnectionSpec)
    case pool(PoolSpec)
    case placement(PlacementSpec)
    case rollout(RolloutSpec)
    case policy(PolicySpec)
    case hold(HoldSpec)
    case callout(CalloutSpec)
}

/// What is known of a document while its keys come in whatever order.
private struct Envelope {
    var isOurs = true
    var kind: ManifestKind?
    var isKindSeen = false
    var name: Located<String>?
    var spec: Spec?
    /// A spec that stands before its kind.
    var kept: Range<Int>?
}

extension Decoder {
    static let apiVersion = "rehome.dev/v1"

    /// Decodes all documents of the file.
    func decodeFile() throws {
        while true {
            let event = try reader.next()
            if event.shape == .streamEnd { return }
            if event.shape == .documentStart { try decodeDocument() }
        }
    }

    private func decodeDocument() throws {
        let root = try reader.next()
        if root.isNull { return }
        guard reading.countDocument() <= reading.limits.documents else {
            throw reader.refuse(
                .fileLimit, "more than \(reading.limits.documents) documents",
                at: location(of: root), hint: "put people into lists, not each into a document")
        }
        var envelope = Envelope()
        try mapping(root, as: EnvelopeKey.self) { key, value in
            switch key {
            case .apiVersion: try decodeVersion(value, into: &envelope)
            case .kind: try decodeKind(value, into: &envelope)
            case .metadata: envelope.name = try decodeMetadata(value)
            case .spec: try decodeSpec(value, into: &envelope)
            }
        }
        if let kept = envelope.kept, let kind = envelope.kind, envelope.isOurs {
            reader.replay(kept)
            envelope.spec = try decodeSpec(reader.next(), of: kind)
        }
        if let kind = envelope.kind, let name = envelope.name, envelope.isOurs {
            add(kind, name, envelope.spec)
        }
    }

    private func decodeVersion(_ start: Event, into envelope: inout Envelope) throws {
        guard let version = try text(start, "apiVersion"), version.value != Self.apiVersion
        else { return }
        envelope.isOurs = false
        report(
            .unknownApiVersion, "unknown apiVersion \(quoted(version.value))",
            at: version.location,
            hint: "manifests of this program have apiVersion: \(Self.apiVersion); keep others apart"
        )
    }

    private func decodeKind(_ start: Event, into envelope: inout Envelope) throws {
        envelope.isKindSeen = true
        guard let kind = try text(start, "kind") else { return }
        envelope.kind = ManifestKind(rawValue: kind.value)
        guard envelope.isOurs else { return }
        guard let known = envelope.kind else {
            return report(
                .unknownKind, "unknown kind \(quoted(kind.value))", at: kind.location,
                hint: suggestion(for: kind.value, in: reading.kinds.map(\.rawValue)))
        }
        if !reading.kinds.contains(known) { reportMisplaced(known, at: kind.location) }
    }

    private func decodeMetadata(_ start: Event) throws -> Located<String>? {
        var name: Located<String>?
        try mapping(start, as: MetadataKey.self) { key, value in
            switch key {
            case .name: name = try self.name(value, "a name")
            case .labels:
                try anyMapping(value, "labels") { label, _, value in
                    _ = try text(value, "the label \(quoted(label))")
                }
            }
        }
        return name
    }

    private func decodeSpec(_ start: Event, into envelope: inout Envelope) throws {
        guard envelope.isOurs, !envelope.isKindSeen || envelope.kind != nil else {
            return try skip(start)
        }
        if let kind = envelope.kind {
            envelope.spec = try decodeSpec(start, of: kind)
        } else if let kept = try reader.keepNode(start) {
            envelope.kept = kept
        } else {
            throw reader.refuse(
                .kindTooLate, "the spec is long and stands before the kind",
                at: location(of: start), hint: "put apiVersion, kind and metadata before spec")
        }
    }

    private func decodeSpec(_ start: Event, of kind: ManifestKind) throws -> Spec? {
        switch kind {
        case .estate: try decodeEstate(start).map(Spec.estate)
        case .connection: try decodeConnection(start).map(Spec.connection)
        case .pool: try decodePool(start).map(Spec.pool)
        case .placement: try decodePlacement(start).map(Spec.placement)
        case .rollout: try decodeRollout(start).map(Spec.rollout)
        case .policy: try decodePolicy(start).map(Spec.policy)
        case .hold: try decodeHold(start).map(Spec.hold)
        case .callout: try decodeCallout(start).map(Spec.callout)
        }
    }

    private func add(_ kind: ManifestKind, _ name: Located<String>, _ spec: Spec?) {
        guard reading.declare(kind, name), let spec else { return }
        let (name, place) = (name.value, name.location)
        switch spec {
        case .estate(let spec):
            reading.estates.append(Document(name: name, location: place, spec: spec))
        case .connection(let spec):
            reading.connections.append(Document(name: name, location: place, spec: spec))
        case .pool(let spec):
            reading.pools.append(Document(name: name, location: place, spec: spec))
        case .placement(let spec):
            reading.placements.append(Document(name: name, location: place, spec: spec))
        case .rollout(let spec):
            reading.rollouts.append(Document(name: name, location: place, spec: spec))
        case .policy(let spec):
            reading.policies.append(Document(name: name, location: place, spec: spec))
        case .hold(let spec):
            reading.holds.append(Document(name: name, location: place, spec: spec))
        case .callout(let spec):
            reading.callouts.append(Document(name: name, location: place, spec: spec))
        }
    }
}
