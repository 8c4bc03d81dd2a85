/// Every rule by which manifests are judged: the registry behind `docs/reference/diagnostics.md`.

package import Model

/// The id of a rule, as diagnostics print it in brackets. An id is never given another meaning.
package enum Rule: String, CaseIterable, Sendable {
    // Files
    case noManifests = "no-manifests"
    case unreadableFile = "unreadable-file"
    case fileMissing = "file-missing"
    case fileOutside = "file-outside"
    case fileLimit = "file-limit"

    // YAML
    case yamlSyntax = "yaml-syntax"
    case unknownTag = "unknown-tag"
    case unknownAlias = "unknown-alias"
    case mergeKey = "merge-key"
    case aliasLimit = "alias-limit"
    case nestingLimit = "nesting-limit"
    case scalarLimit = "scalar-limit"
    case kindTooLate = "kind-too-late"

    // Keys and values
    case unknownApiVersion = "unknown-api-version"
    case unknownKind = "unknown-kind"
    case misplacedKind = "misplaced-kind"
    case unknownKey = "unknown-key"
    case duplicateKey = "duplicate-key"
    case missingKey = "missing-key"
    case wrongType = "wrong-type"
    case badValue = "bad-value"
    case badName = "bad-name"
    case outOfRange = "out-of-range"
    case badDuration = "bad-duration"
    case badRate = "bad-rate"
    case badTime = "bad-time"
    case unknownZone = "unknown-zone"

    // Connections and secrets
    case unknownSetting = "unknown-setting"
    case secretLiteral = "secret-literal"
    case secretMalformed = "secret-malformed"

    // Entries and list files
    case badAddress = "bad-address"
    case entryKind = "entry-kind"
    case unknownResourceKind = "unknown-resource-kind"
    case entryLimit = "entry-limit"
    case listEncoding = "list-encoding"
    case listColumn = "list-column"
    case listQuoting = "list-quoting"
    case conflictingEntries = "conflicting-entries"
    case duplicateEntry = "duplicate-entry"

    // Between documents
    case duplicateDocument = "duplicate-document"
    case moreThanOne = "more-than-one"
    case unknownReference = "unknown-reference"
    case crossConnection = "cross-connection"
    case duplicateFQDN = "duplicate-fqdn"
    case coexistence = "coexistence"
    case retiredTarget = "retired-target"
    case mixedFolding = "mixed-folding"

    // Selections
    case selectionEmpty = "selection-empty"
    case selectionCycle = "selection-cycle"
    case selectionChain = "selection-chain"
    case undeclaredAttribute = "undeclared-attribute"

    // Rollouts
    case placementInTwoRollouts = "placement-in-two-rollouts"
    case duplicateWave = "duplicate-wave"
    case reservedWave = "reserved-wave"
    case waveOrder = "wave-order"
    case waveBeforeNeed = "wave-before-need"
    case waveUndrawn = "wave-undrawn"
    case waveEntryUndeclared = "wave-entry-undeclared"
    case gateAnsweredTwice = "gate-answered-twice"
    case gateUnanswered = "gate-unanswered"

    // Policy
    case signersMissing = "signers-missing"
    case signersUnusable = "signers-unusable"

    /// Whether the rule is about style and may be turned off; all others are about safety.
    package var isStyle: Bool {
        switch self {
        case .duplicateEntry, .selectionChain: true
        default: false
        }
    }

    package var severity: Severity { isStyle ? .warning : .error }
}
