/// What a manifest looks like, for editors: a JSON Schema of one document, written from the keys that
/// decode it. It refuses nothing that loads; what hangs on files and on other documents, only loading
/// tells.

import Model

/// The schema of the manifests that a build takes (draft-07, which editors of YAML know best).
package struct ManifestSchema {
    private let adapters: AdapterCatalog

    /// The schema as bytes that end with a line feed: the same for the same adapters.
    package static func encode(adapters: AdapterCatalog) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        ManifestSchema(adapters: adapters).document.write(to: &writer)
        writer.endOfFile()
        return writer.bytes
    }

    private var document: JSONTree {
        var root: SchemaNode = [
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$comment": "written by `rehome schema`",
            "title": "a manifest of rehome",
        ]
        root.add(node(for: .mapping(EnvelopeKey.self)))
        root["allOf"] = .list(
            ManifestKind.allCases.map { kind in
                rule(when: EnvelopeKey.kind, is: kind.rawValue, EnvelopeKey.spec, kind.rawValue)
            })
        root["definitions"] = definitions.tree
        return root.tree
    }

    private var definitions: SchemaNode {
        var all = SchemaNode()
        for kind in ManifestKind.allCases {
            var spec = node(for: kind.meaning)
            if kind == .connection, !adapters.entries.isEmpty {
                spec["allOf"] = .list(
                    adapterNames.map {
                        rule(
                            when: ConnectionKey.adapter, is: $0, ConnectionKey.settings,
                            "\($0)-settings")
                    })
            }
            all[kind.rawValue] = spec.tree
        }
        for subject in EntryUse.Subject.allCases {
            all["\(subject)-entry"] = entry(of: subject).tree
        }
        all["selection"] = selection.tree
        all["condition"] = node(for: .condition(.text)).tree
        for adapter in adapterNames { all["\(adapter)-settings"] = settings(of: adapter).tree }
        all["setting"] = setting.tree
        all["secret"] = secret.tree
        return all
    }

    private var adapterNames: [String] { adapters.entries.keys.sorted() }

    /// Where one key has this value, another one has the form of a definition.
    private func rule<Key: ManifestKey>(
        when condition: Key, is word: String, _ key: Key, _ definition: String
    ) -> JSONTree {
        [
            "if": [
                "properties": .object([.init(condition.rawValue, ["const": .text(word)])]),
                "required": [.text(condition.rawValue)],
            ],
            "then": [
                "properties": .object([.init(key.rawValue, SchemaNode.reference(definition).tree)])
            ],
        ]
    }
}

// Forms
extension ManifestSchema {
    private func node(for meaning: Meaning) -> SchemaNode {
        var node: SchemaNode = ["description": .text(meaning.summary)]
        node.add(self.node(for: meaning.form))
        if let initially = meaning.initially { node["default"] = initially }
        return node
    }

    private func node(for form: Form) -> SchemaNode {
        switch form {
        case .text: SchemaNode(types: SchemaNode.scalars)
        case .filledText: .spelled(.filledText, SchemaNode.scalars)
        case .spelled(let spelling):
            .spelled(spelling, spelling.mayLookOtherwise ? SchemaNode.scalars : ["string"])
        case .boolean: .spelled(.boolean, ["boolean", "string"])
        case .wholeNumber(let range):
            .number("integer", .wholeNumber(in: range), range.lowerBound, range.upperBound)
        case .percent: .number("number", .percent, 0, 100)
        case .word(let words): ["enum": .words(words)]
        case .list(let item): ["type": "array", "items": node(for: item).tree]
        case .mapping(let keys): mapping(keys)
        case .map(let value):
            ["type": "object", "additionalProperties": node(for: value).tree]
        case .either(let one, let other): node(for: one).adding(node(for: other))
        case .condition(let value):
            node(for: value).adding([
                "type": "array", "items": node(for: value).tree, "minItems": 1,
                "maxItems": .number(Limits.standard.alternatives),
            ])
        case .entries(let subject):
            ["type": "array", "items": SchemaNode.reference("\(subject)-entry").tree]
        case .selection: .reference("selection")
        case .secret: .reference("secret")
        case .adapter: ["enum": .words(adapterNames)]
        case .settings, .spec: ["type": "object"]
        }
    }

    private func mapping<Key: ManifestKey>(_: Key.Type) -> SchemaNode {
        mapping(of: Array(Key.allCases))
    }

    private func mapping<Key: ManifestKey>(of keys: [Key]) -> SchemaNode {
        var properties = SchemaNode()
        for key in keys {
            properties[key.rawValue] = node(for: key.meaning).tree
        }
        var node: SchemaNode = ["type": "object", "properties": properties.tree]
        if !Key.required.isEmpty { node["required"] = .words(Key.required.map(\.rawValue)) }
        node["additionalProperties"] = false
        return node
    }

    /// A name, a list file or a selection. One node for text and for mappings, so that an editor says what
    /// is wrong with the one that stands there, and not that neither fits.
    private func entry(of subject: EntryUse.Subject) -> SchemaNode {
        var node = SchemaNode.spelled(.entry(of: subject), ["string"])
        node.add(mapping(of: subject.takesSelections ? EntryKey.allCases : [.file]))
        node["minProperties"] = 1
        node["maxProperties"] = 1
        return node
    }

    /// Names of attributes are matched in any case, so those that are listed are only an offer.
    private var selection: SchemaNode {
        var properties = SchemaNode()
        properties["pool"] = condition("The pool where somebody lives now.")
        properties["site"] = condition("The site where somebody lives now.")
        let kinds = Form.condition(.spelled(.kind))
        properties["kind"] = node(for: Meaning(kinds, "What an app is.")).tree
        for name in Set(adapters.entries.values.flatMap(\.attributes)).sorted() {
            properties[name] = condition("An attribute, as observed.")
        }
        return [
            "type": "object", "properties": properties.tree, "minProperties": 1,
            "additionalProperties": SchemaNode.reference("condition").tree,
        ]
    }

    private func condition(_ summary: String) -> JSONTree {
        (["description": .text(summary)] as SchemaNode).adding(.reference("condition")).tree
    }
}

// Settings
extension ManifestSchema {
    private func settings(of adapter: String) -> SchemaNode {
        guard let entry = adapters.entries[adapter] else { return ["type": "object"] }
        var properties = SchemaNode()
        for name in Set(entry.settings).union(entry.secretSettings).sorted() {
            let isSecret = entry.secretSettings.contains(name)
            properties[name] = SchemaNode.reference(isSecret ? "secret" : "setting").tree
        }
        return [
            "description": .text("What the adapter \(adapter) reads."), "type": "object",
            "properties": properties.tree, "additionalProperties": false,
        ]
    }

    /// Any shape but nothing; a mapping with the key `secret` is a reference to one.
    private var setting: SchemaNode {
        [
            "type": .words(SchemaNode.scalars + ["array", "object"]),
            "items": SchemaNode.reference("setting").tree,
            "additionalProperties": SchemaNode.reference("setting").tree,
            "if": ["type": "object", "required": ["secret"]],
            "then": SchemaNode.reference("secret").tree,
        ]
    }

    private var secret: SchemaNode {
        let command: SchemaNode = [
            "type": "object", "required": ["exec"], "additionalProperties": false,
            "properties": [
                "exec": [
                    "description": "A program that prints the secret, and its arguments.",
                    "type": "array", "minItems": 1, "items": node(for: .text).tree,
                ]
            ],
        ]
        let reference = SchemaNode.spelled(.secret, ["string"]).adding(command)
        return [
            "description": "Where the secret is to be had; it never stands in a manifest.",
            "type": "object", "required": ["secret"], "additionalProperties": false,
            "properties": .object([.init("secret", reference.tree)]),
        ]
    }
}
