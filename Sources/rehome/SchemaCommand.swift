import ArgumentParser
import Manifests

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints what a manifest looks like, as a JSON Schema for editors.",
        discussion: """
            The schema describes one document, of any kind. It lies in docs/reference of the sources, too. \
            What hangs on files and on other documents, only validate tells.

            example:
              rehome schema > manifest.schema.json
            """)

    func run() async throws {
        Console.result(ManifestSchema.encode(adapters: Composition.adapters))
    }
}
