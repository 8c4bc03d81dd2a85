import AdapterKamailio
import ArgumentParser
import Foundation
import Model
import Reporting

struct KamailioCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kamailio",
        abstract: "Helps to set Kamailio deployments up and to keep them clean.",
        subcommands: [Preparation.self, Checkup.self, Sweep.self])

    struct Preparation: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sql",
            abstract: "Prints what the database of the fronts wants beside Kamailio's own tables.",
            discussion: """
                It may be run again, and changes no row. docs/reference/kamailio.md says what each \
                statement is for.

                example:
                  rehome adapter kamailio sql | psql kamailio
                """)

        @Option(
            help: ArgumentHelp(
                "The attribute of usr_preferences that holds homes.", valueName: "name"))
        var attribute: String = "home_pool"

        func run() async throws {
            Console.result(KamailioCatalog.preparation(attribute: attribute))
        }
    }

    struct Checkup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Looks whether settings, tables, rights and fronts are as rehome needs them.",
            discussion: """
                It only reads. It ends with 0 where nothing is missing, else with 7.

                example:
                  rehome adapter kamailio check manifests/uc
                """)

        @Argument(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
        var folder: String = "."

        func run() async throws {
            try await telling {
                var isFine = true
                try await eachDeployment(folder) { connection, adapter in
                    let checks = try await adapter.checkup()
                    Console.result(
                        ProbeText.checks(
                            of: "connection \(connection.name)", checks, width: Console.width,
                            style: Console.style))
                    isFine = isFine && !checks.contains { $0.verdict == .failed }
                }
                if !isFine { throw ExitStatus.stepsFailed.code }
            }
        }
    }

    struct Sweep: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sweep",
            abstract: "Takes away registrations in pools where their users do not live any more.",
            discussion: """
                A pool that was down while its users moved, or a run that died, leaves them. Apply sweeps \
                what it finds whenever it moves somebody; this does it without.

                example:
                  rehome adapter kamailio sweep manifests/uc
                """)

        @Argument(help: ArgumentHelp("The folder of manifests.", valueName: "dir"))
        var folder: String = "."

        func run() async throws {
            try await telling {
                try await eachDeployment(folder) { connection, adapter in
                    for (pool, contacts) in try await adapter.sweep() {
                        let words =
                            contacts.map { "\($0) registrations taken away" }
                            ?? "not swept: its registrations are not told, or other pools share them"
                        Console.result(Escaped.text("\(connection.name), \(pool): \(words)") + "\n")
                    }
                }
            }
        }
    }
}

/// Opens every Kamailio deployment of an estate, one after the other.
private func eachDeployment(
    _ folder: String, _ body: (Connection, KamailioAdapter) async throws -> Void
) async throws {
    let workspace = try await Workspace(folder)
    let desired = try await workspace.load()
    let connections = desired.connections.filter { $0.adapter == "kamailio" }
    guard !connections.isEmpty else {
        throw Complaint("\(folder) has no connection with adapter: kamailio")
    }
    for connection in connections {
        try await KamailioAdapter.with(
            connection, clock: Composition.machineTime, randomSeed: Composition.randomSeed,
            secret: SecretSource.value(of:)
        ) { adapter in
            try await body(connection, adapter)
        }
    }
}
