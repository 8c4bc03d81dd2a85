/// The file of public keys by which approvals are signed: `allowed_signers` of OpenSSH.

import Model

/// What stands in such a file.
private struct SignersFile {
    /// What is wrong with a line, by its number.
    var problems: [(line: Int, words: String)] = []
    /// Who has a key, by the key.
    var names: [String: String] = [:]

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let fields = Self.fields(line)
            guard let first = fields.first, !first.hasPrefix("#") else { continue }
            if let words = Self.problem(fields) {
                problems.append((index + 1, words))
                continue
            }
            // Who approves under one name must not be missed as the author under another.
            let key = fields[(Self.type(fields) ?? 0) + 1]
            if let name = names[key], name != first {
                problems.append((index + 1, "the key is listed under another name already"))
            }
            names[key] = first
        }
    }

    /// Who, perhaps options, a type and a key.
    private static func problem(_ fields: [String]) -> String? {
        guard let type = type(fields) else { return "no type of key follows the name" }
        if fields[0].contains(where: { "*?!,\"".contains($0) }) {
            return "a name is that of one person, and no pattern or list"
        }
        guard type <= 2 else { return "there is more than options between the name and the key" }
        guard type + 1 < fields.count else { return "no key follows \(quoted(fields[type]))" }
        return fields[type + 1].hasPrefix("AAAA")
            ? nil : "\(quoted(fields[type + 1])) is no public key"
    }

    /// Where the type of the key stands.
    private static func type(_ fields: [String]) -> Int? {
        let types = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-sha2-"]
        return fields.indices.dropFirst().first { index in
            types.contains { fields[index].hasPrefix($0) }
        }
    }

    /// Parted by blanks, but not within quotes, as options have them.
    private static func fields(_ line: Substring) -> [String] {
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        for character in line {
            if character == "\"" { isQuoted.toggle() }
            if !isQuoted, character == " " || character == "\t" {
                if !field.isEmpty { fields.append(field) }
                field = ""
            } else {
                field.append(character)
            }
        }
        return field.isEmpty ? fields : fields + [field]
    }
}

extension Decoder {
    /// The path of the file of signers, whose lines are looked at: one that cannot be read as a key would be
    /// noticed when somebody's approval does not count.
    func decodeSigners(_ named: Located<String>) -> String? {
        guard let (path, bytes) = readFile(named) else { return nil }
        let file = SignersFile(bytes)
        let hint = "write a name, a type and a public key: ana@contoso.example ssh-ed25519 AAAA..."
        for problem in file.problems {
            report(
                .signersUnusable, problem.words,
                at: SourceLocation(file: path, line: problem.line, column: 1), hint: hint)
        }
        if file.names.isEmpty, file.problems.isEmpty {
            report(
                .signersUnusable, "the file \(quoted(named.value)) lists nobody",
                at: named.location, hint: hint)
        }
        return path
    }

    /// Accounts prove nothing about persons: who may become one becomes several.
    func demandSigners(_ approvals: Policy.Approvals, at location: SourceLocation) {
        let most = max(
            approvals.move, approvals.retire, approvals.override, approvals.attest)
        guard most > 1 else { return }
        report(
            .signersMissing, "\(most) people are to approve, and no signers are named",
            at: location,
            hint: "name a file of public keys: signers: people/approvers")
    }
}
