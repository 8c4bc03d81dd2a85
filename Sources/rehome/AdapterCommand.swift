import AdapterEmbedded
import ArgumentParser
import Foundation
import Manifests
import Model

struct AdapterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter",
        abstract: "Commands of single adapters.",
        subcommands: [Embedded.self, KamailioCommand.self])

    struct Embedded: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "embedded",
            abstract: "Acts on embedded deployments, as their surroundings would.",
            subcommands: [Advance.self, Move.self])
    }

    struct Advance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "advance",
            abstract: "Sets the clocks of all embedded deployments ahead.",
            discussion: """
                example:
                  rehome adapter embedded advance 72h --dir manifests/contoso
                """)

        @Argument(help: ArgumentHelp("As in 72h, 30m or 2d.", valueName: "span"))
        var span: SpanArgument

        @OptionGroup var folder: FolderOption

        func run() async throws {
            try await telling {
                for estate in try await embeddedEstates(folder.dir) {
                    try EmbeddedAdapter.advance(estate: estate, by: span.span)
                }
            }
        }
    }

    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "move",
            abstract:
                "Moves a resource by hand, behind rehome's back, to see what drift looks like.",
            discussion: """
                example:
                  rehome adapter embedded move user/ana.torres@contoso.example ocs-mad --dir manifests/contoso
                """)

        @Argument(help: ArgumentHelp("KIND/NAME.", valueName: "resource"))
        var resource: String

        @Argument(help: ArgumentHelp("The name of a declared pool.", valueName: "pool"))
        var pool: String

        @OptionGroup var folder: FolderOption

        func run() async throws {
            try await telling {
                let workspace = try await Workspace(folder.dir)
                let desired = try await workspace.load()
                guard let id = ResourceID(resource) else {
                    throw Complaint("\(resource) is not a resource", hint: "write KIND/NAME")
                }
                guard let target = desired.pool(named: pool),
                    let connection = desired.connections.first(where: {
                        $0.name == target.connection
                    })
                else { throw Complaint("no pool \(pool) is declared") }
                let estate = try EmbeddedAdapter.estate(
                    of: connection, root: workspace.composition.folder)
                let moved = try EmbeddedAdapter.moveByHand(
                    estate: estate, id, to: target.fqdn, machine: Composition.machineTime())
                guard moved else { throw Complaint("\(connection.name) knows no \(id)") }
            }
        }
    }
}

private func embeddedEstates(_ folder: String) async throws -> [URL] {
    let workspace = try await Workspace(folder)
    return try await workspace.load().connections.filter { $0.adapter == "embedded" }.map {
        try EmbeddedAdapter.estate(of: $0, root: workspace.composition.folder)
    }
}
