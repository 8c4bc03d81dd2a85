// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is built the same way: explicit existentials, explicit imports, no warnings.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func source(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

/// Help for tests that several test targets share; lives beside them.
func testing(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], data: [String] = []) -> Target
{
    .testTarget(name: name, dependencies: dependencies, exclude: data, swiftSettings: house)
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
/// The C interface below GRDB, for the loops that read a hundred thousand rows without a `String`.
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

let package = Package(
    name: "rehome",
    products: [.executable(name: "rehome", targets: ["rehome"])],
    dependencies: [
        // The command line
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Programs that are started: git, ssh-keygen
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        // Digests
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // SQLite, for the ledger and the embedded deployment
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // The vocabulary, in which all stages meet
        source("Model", [crypto]),

        // The stages: functions from values to values
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        source("Manifests", ["Model", "CLibYAML"]),
        source("Planning", ["Model"]),
        source("Reporting", ["Model"]),
        source("Scaffold"),

        // The ports, and what acts through them
        source("Adapters", ["Model"]),
        source("Ledgers", ["Model"]),
        source("Execution", ["Model", "Adapters", "Ledgers", "Planning"]),

        // The edges: each implements one port over one outside thing
        source("AdapterEmbedded", ["Model", "Adapters", grdb, sqlite]),
        source("AdapterInventory", ["Model", "Adapters"]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        source("Postgres", ["CLibPQ"]),
        source("AdapterKamailio", ["Model", "Adapters", "Postgres", "SIP"]),
        source("SIP", [crypto]),
        source("Git", ["Manifests", subprocess]),
        source("LedgerSQLite", ["Model", "Ledgers", grdb, sqlite]),
        source("Signing", ["Model"]),
        source("Callouts", ["Model", crypto]),

        // The main path, and the program
        source(
            "Reconciliation",
            ["Model", "Manifests", "Planning", "Execution", "Adapters", "Ledgers"]),
        .executableTarget(
            name: "rehome",
            dependencies: [
                "Model", "Manifests", "Planning", "Reporting", "Adapters", "Ledgers", "Execution",
                "AdapterEmbedded", "AdapterInventory", "AdapterKamailio", "Callouts", "Git",
                "LedgerSQLite", "Reconciliation", "Scaffold", "Signing",
                arguments,
            ],
            swiftSettings: house),

        // Tests
        testing("TestSupport", ["Model", "Manifests", "CLibYAML"]),
        testing("Conformance", ["Model", "Adapters", "Ledgers", "TestSupport"]),
        tests("ModelTests", ["Model", "TestSupport"]),
        tests("ManifestsTests", ["Model", "Manifests", "TestSupport"], data: ["Fixtures"]),
        tests("SigningTests", ["Model", "Signing", "TestSupport"]),
        tests("GitTests", ["Manifests", "Git", "TestSupport"]),
        tests(
            "PlanningTests",
            [
                "Model", "Manifests", "Planning", "Reporting", "AdapterEmbedded",
                "AdapterKamailio", "TestSupport",
            ],
            data: ["Goldens"]),
        tests(
            "ReconciliationTests",
            [
                "Model", "Manifests", "Planning", "Execution", "Adapters", "AdapterEmbedded",
                "Ledgers", "Reconciliation", "TestSupport",
            ]),
        tests("ReportingTests", ["Model", "Reporting", "TestSupport"], data: ["Goldens"]),
        tests("ScaffoldTests", ["Scaffold", "TestSupport"], data: ["Goldens"]),
        tests(
            "ExecutionTests",
            ["Model", "Adapters", "Ledgers", "Planning", "Execution", "TestSupport"]),
        tests(
            "AdaptersTests",
            [
                "Model", "Adapters", "AdapterEmbedded", "AdapterInventory", "Conformance",
                "TestSupport", grdb,
            ],
            data: ["Goldens"]),
        tests(
            "LedgersTests",
            ["Model", "Ledgers", "LedgerSQLite", "Conformance", "TestSupport", grdb],
            data: ["Fixtures"]),
        tests(
            "SimulationTests",
            [
                "Model", "Adapters", "AdapterEmbedded", "Ledgers", "Planning", "Execution",
                "TestSupport",
            ]),
        tests(
            "KamailioTests",
            [
                "Model", "Adapters", "AdapterKamailio", "Postgres", "Conformance", "TestSupport",
            ]),
        // What `.ci/bench-kamailio` compares rehome with
        .executableTarget(
            name: "KamailioBench",
            dependencies: ["Model", "Adapters", "AdapterKamailio", "Postgres", "Reconciliation"],
            path: "Tests/KamailioBench", swiftSettings: house),
        tests("SIPTests", ["SIP", "TestSupport"]),
        tests("EndToEndTests", ["Model", "SIP", "TestSupport", grdb], data: ["Goldens"]),
        tests("DocumentationTests", ["TestSupport"]),
        tests("TidyTests", ["TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
