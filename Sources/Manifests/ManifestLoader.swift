/// The way from YAML in Git to what it asks for. This is the only entry point of the stage.
///
/// Read files -> decode each document from its events -> judge the documents together -> desired state.

package import Model

/// What became of a load.
package enum Loaded: Sendable {
    /// Warnings and notes are in `DesiredState.diagnostics`.
    case valid(DesiredState)
    /// Everything that is wrong, sorted by place.
    case invalid([Diagnostic])
}

package enum ManifestLoader {
    /// Reads everything below the folder; valid desired state, or all that is wrong.
    package static func load(from source: any FileSource, adapters: AdapterCatalog) -> Loaded {
        load(from: source, adapters: adapters, limits: .standard)
    }

    package static func load(
        from source: any FileSource, adapters: AdapterCatalog, limits: Limits
    ) -> Loaded {
        let reading = Reading(source: source, adapters: adapters, limits: limits)
        readFiles(into: reading)
        return Assembly(reading).loaded()
    }

    private static func readFiles(into reading: Reading) {
        let paths: [String]
        do {
            paths = try reading.source.manifestPaths(limit: reading.limits.files)
        } catch {
            reading.isPartial = true
            return report(error, of: nil, into: reading)
        }
        for path in paths {
            do {
                let bytes = try reading.read(path, limit: reading.limits.manifestBytes)
                decode(bytes, of: path, into: reading)
            } catch {
                reading.isPartial = true
                report(error, of: path, into: reading)
            }
        }
        guard reading.documentCount == 0, !reading.diagnostics.hasErrors else { return }
        reading.diagnostics.report(
            .noManifests, "there are no manifests in the folder", at: nil,
            hint: "name the folder that holds them: rehome reads *.yaml and *.yml below it, "
                + "but nothing that begins with a dot")
    }

    private static func decode(_ bytes: [UInt8], of path: String, into reading: Reading) {
        bytes.withUnsafeBytes { bytes in
            let reader = EventReader(
                file: path, input: bytes, limits: reading.limits,
                diagnostics: reading.diagnostics)
            do {
                try Decoder(reader: reader, reading: reading).decodeFile()
            } catch {
                // The reader has reported why.
                reading.isPartial = true
            }
        }
    }

    private static func report(
        _ error: FileSourceError, of path: String?, into reading: Reading
    ) {
        let rule: Rule =
            switch error {
            case .absent where path == nil: .noManifests
            case .outsideRepository: .fileOutside
            case .tooLarge, .tooMany, .beyondTotal: .fileLimit
            case .absent, .unreadable, .notAFile: .unreadableFile
            }
        let message =
            if case .tooMany(let limit) = error {
                "more than \(limit) manifests below the folder"
            } else {
                "the \(path == nil ? "folder" : "file") \(error.words)"
            }
        reading.diagnostics.report(
            rule, message, at: path.map { SourceLocation(file: $0, line: 1, column: 1) },
            hint: path == nil
                ? "name the folder that holds the manifests"
                : "mend the file, or take it out of the folder")
    }
}
