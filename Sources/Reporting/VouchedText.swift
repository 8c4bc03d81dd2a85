/// What a person stated and another one approved, for whoever did so.

package import Model

package enum VouchedText {
    /// An approval of a statement that was recorded.
    package struct Approval: Sendable {
        package var statement: Testimony
        package var consent: Consent
        /// Who approved until now, without whoever stated it.
        package var people: [String]
        package var wanted: Int
        package var auditHead: String

        package init(
            statement: Testimony, consent: Consent, people: [String], wanted: Int,
            auditHead: String
        ) {
            self.statement = statement
            self.consent = consent
            self.people = people
            self.wanted = wanted
            self.auditHead = auditHead
        }

        fileprivate var missing: Int { max(0, wanted - people.count) }
        fileprivate var giver: String {
            consent.signature.map { "\($0.principal), by signature" } ?? "\(consent.by)"
        }
    }

    /// Who states what, how he knows, and until when: what somebody approves.
    package static func headline(_ statement: Testimony) -> String {
        let subject =
            switch statement.subject {
            case .gate(let gate):
                "the gate \(gate.name.name) \(gate.name.side.rawValue) \(gate.wave) holds"
            case .row(let row, let pool, _): "\(row) of the proof of \(pool) holds"
            }
        let until = statement.until.map { ", good until \($0)" } ?? ""
        return
            "\(statement.by) stated at \(statement.at) that \(subject): \(statement.words)\(until)"
    }

    /// The page for a person.
    ///
    /// - Parameters:
    ///   - approval: What was recorded.
    ///   - folder: Of the manifests, for the commands that it names.
    ///   - width: Of the terminal.
    ///   - style: With colours or without.
    /// - Returns: The page.
    package static func render(
        _ approval: Approval, folder: String, width: Int, style: Style
    ) -> String {
        var page = TextPage(width: width, style: style)
        page.line(
            Escaped.text("Approved: \(approval.statement.name) (\(approval.consent.reason))"),
            .strong)
        page.sentence(Escaped.text(headline(approval.statement)), indent: 2, hanging: 4)
        page.line("by \(Escaped.text(approval.giver))", indent: 2)
        let words = approval.wanted == 1 ? "approval" : "approvals"
        page.line(
            Escaped.text(
                "\(approval.people.count) of \(approval.wanted) \(words), by \(Words.list(approval.people))"
            ), indent: 2)
        let folder = Escaped.shell(folder)
        page.line(
            approval.missing == 0
                ? "it counts now: rehome plan \(folder)"
                : "next, somebody else: rehome approve --attestation \(Escaped.shell(approval.statement.name)) --reason WORDS --dir \(folder)",
            indent: 2)
        page.line("audit head: \(Escaped.text(approval.auditHead))", .faint, indent: 2)
        return page.text
    }

    package static let format = "rehome.attestation-approval/1"

    /// The same, for programs.
    package static func encode(_ approval: Approval) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            let statement = approval.statement
            writer.member("format", format)
            writer.member("attestation", statement.name)
            writer.member("digest", statement.digest)
            writer.member("attestedBy", statement.by.description)
            writer.member("how", statement.words)
            writer.member("attestedAt", statement.at.rfc3339)
            writer.member("until", statement.until?.rfc3339)
            writer.member("reason", approval.consent.reason)
            writer.member("by", approval.consent.by.description)
            writer.member("signedBy", approval.consent.signature?.principal)
            writer.member("at", approval.consent.at.rfc3339)
            writer.key("approvals")
            writer.array { writer in
                for person in approval.people { writer.value(person) }
            }
            writer.member("wanted", approval.wanted)
            writer.member("isMet", approval.missing == 0)
            writer.member("auditHead", approval.auditHead)
        }
        return writer.bytes
    }
}
