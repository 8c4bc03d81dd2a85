/// What the tests of this folder share: adapters to judge by, and diagnostics as a person sees them.

import Foundation
import Manifests
import Model
import TestSupport
import Testing

extension AdapterCatalog {
    /// One adapter like the embedded one, and one that wants a secret.
    static let known = AdapterCatalog([
        "embedded": Entry(
            attributes: ["Department", "Office", "Enabled"],
            settings: ["estate", "seed", "faults"],
            folding: .whole),
        "kamailio": Entry(
            attributes: ["domain"], settings: ["database", "hosts", "rpc"],
            secretSettings: ["password"], folding: .host),
    ])
}

func load(_ source: any FileSource, limits: Limits = .standard) -> Loaded {
    ManifestLoader.load(from: source, adapters: .known, limits: limits)
}

func load(_ text: String, limits: Limits = .standard) -> Loaded {
    load(MemoryFileSource(["estate.yaml": text]), limits: limits)
}

extension Loaded {
    var diagnostics: [Diagnostic] {
        switch self {
        case .valid(let desired): desired.diagnostics
        case .invalid(let diagnostics): diagnostics
        }
    }

    /// The desired state; what is wrong fails the test.
    func state(_ sourceLocation: Testing.SourceLocation = #_sourceLocation) throws -> DesiredState {
        switch self {
        case .valid(let desired): return desired
        case .invalid(let diagnostics):
            Issue.record("\(rendered(diagnostics))", sourceLocation: sourceLocation)
            throw Invalid()
        }
    }

    struct Invalid: Error {}
}

func rendered(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { diagnostic in
        let place = diagnostic.location.map { "\($0): " } ?? ""
        let hint = diagnostic.hint.map { "\n    \($0)" } ?? ""
        return
            "\(place)\(diagnostic.severity.rawValue): \(diagnostic.message) [\(diagnostic.rule)]\(hint)\n"
    }.joined()
}

/// Two pools on an embedded connection, for a test to add its documents to.
let pools = """
    apiVersion: rehome.dev/v1
    kind: Connection
    metadata: {name: madrid}
    spec: {adapter: embedded, settings: {estate: .rehome/madrid.db}}
    ---
    apiVersion: rehome.dev/v1
    kind: Pool
    metadata: {name: ocs-mad}
    spec: {connection: madrid, site: madrid, product: ocs-2007r2, fqdn: ocs.contoso.example}
    ---
    apiVersion: rehome.dev/v1
    kind: Pool
    metadata: {name: lync-mad}
    spec: {connection: madrid, site: madrid, product: lync-2013, fqdn: lync.contoso.example}
    ---

    """

/// A placement on `lync-mad`, with the rest of its spec in flow style.
func placement(_ name: String, _ spec: String, pool: String = "lync-mad") -> String {
    """
    apiVersion: rehome.dev/v1
    kind: Placement
    metadata: {name: \(name)}
    spec: {pool: \(pool), \(spec)}
    ---

    """
}

let fixtures = "Tests/ManifestsTests/Fixtures"
