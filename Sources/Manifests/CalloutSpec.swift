/// `kind: Callout`: whom a gate asks outside of rehome. It stands in a file beside the repository, so that
/// nobody who changes manifests can change what is started or reached.

import Foundation
package import Model

struct CalloutSpec {
    static let usualTimeout = Duration.seconds(30)

    var way: Callout.Way
    var timeout = usualTimeout
}

enum CalloutKey: String, ManifestKey {
    case url
    case signature
    case command
    case timeout

    static let subject = "the spec of a Callout"
    static let required: [CalloutKey] = []

    var meaning: Meaning {
        switch self {
        case .url: Meaning(.spelled(.webURL), "Where the question is posted to.")
        case .signature:
            Meaning(.secret, "The secret that signs what is posted.")
        case .command:
            Meaning(
                .list(of: .filledText),
                "The program that is started, by its whole path, and its arguments.")
        case .timeout:
            Meaning(
                .spelled(.duration), "How long an answer is waited for, at most 10m.",
                initially: "30s")
        }
    }
}

/// The file of call-outs, read by the same rules as manifests.
package enum CalloutFile {
    /// What became of reading it.
    package enum Loaded: Sendable {
        case valid([Callout])
        /// Everything that is wrong, sorted by place.
        case invalid([Diagnostic])
    }

    /// How large it may be.
    package static let bytesMax = 1 << 20

    /// Decodes all documents of a file.
    ///
    /// - Parameters:
    ///   - bytes: What stands in it.
    ///   - file: Its name, for messages.
    /// - Returns: What it defines, or all that is wrong with it.
    package static func load(_ bytes: [UInt8], of file: String) -> Loaded {
        let reading = Reading(
            source: MemoryFileSource([:]), adapters: AdapterCatalog([:]), limits: .standard,
            kinds: [.callout])
        bytes.withUnsafeBytes { bytes in
            let reader = EventReader(
                file: file, input: bytes, limits: reading.limits,
                diagnostics: reading.diagnostics)
            // Where it stops reading, the reader has reported why.
            try? Decoder(reader: reader, reading: reading).decodeFile()
        }
        guard !reading.diagnostics.hasErrors else {
            return .invalid(reading.diagnostics.sorted())
        }
        return .valid(
            reading.callouts.map {
                Callout(name: $0.name, way: $0.spec.way, timeout: $0.spec.timeout)
            })
    }
}

extension Decoder {
    func decodeCallout(_ start: Event) throws -> CalloutSpec? {
        let place = location(of: start)
        var url: Located<String>?
        var command: [String]?
        var signature: (reference: SecretReference?, place: SourceLocation)?
        var timeout: Duration?
        var hasBoth = (url: false, command: false)
        let isMapping = try mapping(start, as: CalloutKey.self) { key, value in
            switch key {
            case .url:
                hasBoth.url = true
                url = try decodeWebURL(value)
            case .signature:
                let place = location(of: value)
                signature = (try decodeSecret(value, "signature"), place)
            case .command:
                hasBoth.command = true
                command = try decodeCommand(value)
            case .timeout: timeout = try decodeTimeout(value)
            }
        }
        guard isMapping else { return nil }
        guard hasBoth.url != hasBoth.command else {
            reportNoWay(hasBoth.url, at: place)
            return nil
        }
        if let signature, hasBoth.command {
            report(
                .badValue, "a command is not signed", at: signature.place,
                hint: "leave out signature: only what is posted is signed")
        }
        let way =
            url.map { Callout.Way.post(url: $0.value, signature: signature?.reference) }
            ?? command.map(Callout.Way.command)
        return way.map { CalloutSpec(way: $0, timeout: timeout ?? CalloutSpec.usualTimeout) }
    }

    private func reportNoWay(_ hasBoth: Bool, at place: SourceLocation) {
        if hasBoth {
            report(
                .badValue, "a Callout has a url or a command, not both", at: place,
                hint: "make two of it, and two gates")
        } else {
            report(
                .missingKey, "\(CalloutKey.subject) lacks \"url\" or \"command\"", at: place,
                hint: "write url: https://..., or command: [/path/to/program, argument]")
        }
    }

    private func decodeWebURL(_ start: Event) throws -> Located<String>? {
        guard let text = try text(start, "url") else { return nil }
        let parts = URLComponents(string: text.value)
        let isWeb = ["http", "https"].contains(parts?.scheme?.lowercased() ?? "")
        guard let parts, isWeb, parts.host?.isEmpty == false, parts.url != nil else {
            report(
                .badValue, "url cannot be \(quoted(text.value))", at: text.location,
                hint: Spelling.webURL.hint)
            return nil
        }
        guard parts.user == nil, parts.password == nil else {
            report(
                .secretLiteral, "the url carries a user, and stands here in the open",
                at: text.location,
                hint: "leave it out, and let the other side look at the signature")
            return nil
        }
        return text
    }

    private func decodeCommand(_ start: Event) throws -> [String]? {
        let place = location(of: start)
        var words: [String] = []
        guard
            try sequence(
                start, "command", of: "words",
                { item in
                    if let word = try text(item, "a word of the command") {
                        words.append(word.value)
                    }
                })
        else { return nil }
        guard words.first?.hasPrefix("/") == true, words.allSatisfy({ !$0.utf8.contains(0) })
        else {
            report(
                .badValue, "command names no program by its whole path", at: place,
                hint: "write command: [/usr/local/bin/smoke-test, argument]")
            return nil
        }
        return words
    }

    private func decodeTimeout(_ start: Event) throws -> Duration? {
        let place = location(of: start)
        guard let timeout = try duration(start, "timeout") else { return nil }
        guard (.seconds(1) ... .seconds(600)).contains(timeout) else {
            report(.outOfRange, "timeout is from 1s to 10m", at: place)
            return nil
        }
        return timeout
    }

    /// A kind that belongs into other files than the one that is read.
    func reportMisplaced(_ kind: ManifestKind, at place: SourceLocation) {
        if kind == .callout {
            report(
                .misplacedKind, "a Callout does not stand in the repository", at: place,
                hint:
                    "a change of manifests must not say what is started or reached: define it in the file that --callouts or REHOME_CALLOUTS names, /etc/rehome/callouts.yaml without them"
            )
        } else {
            report(
                .misplacedKind, "a \(kind.rawValue) does not stand in the file of call-outs",
                at: place, hint: "move it into the folder of manifests")
        }
    }
}
