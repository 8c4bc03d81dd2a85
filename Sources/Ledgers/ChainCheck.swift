/// Looks through the audit chain, link by link, and computes from it what the ledger must hold.

package struct ChainCheck: Sendable {
    private var head: AuditHead
    private let anchor: AuditHead?
    private var anchorFound: Bool?
    private var broken: String?
    private var contents = LedgerContents()

    package init(ledger id: String, anchor: AuditHead?) {
        head = AuditHead(ofEmptyLedger: id)
        self.anchor = anchor
        anchorFound = anchor.map { [head] in Self.isAnchor($0, head) }
    }

    /// Takes the next link; after one that does not fit the others prove nothing.
    package mutating func take(_ link: AuditLink) {
        guard broken == nil else { return }
        let expected = link.line.withUnsafeBytes { head.advanced(by: $0) }
        guard link.head.number == expected.number else {
            broken = "link \(expected.number) is missing: \(link.head.number) comes next"
            return
        }
        guard link.head.hash == expected.hash else {
            broken =
                "link \(expected.number) was changed: its entries and the link before it give"
                + " \(expected.hash.prefix(16)), recorded is \(link.head.hash.prefix(16))"
            return
        }
        do {
            let commit = try AuditedCommit(line: link.line)
            guard commit.number == expected.number else {
                broken = "link \(expected.number) says that it is number \(commit.number)"
                return
            }
            try contents.apply(commit.entries, ofLink: commit.number)
        } catch {
            broken = "link \(expected.number) cannot be read back: \(error.message)"
            return
        }
        head = expected
        if let anchor, Self.isAnchor(anchor, head) { anchorFound = true }
    }

    /// The result; `difference` compares the contents that the chain gives with what is recorded.
    package func report(difference: (LedgerContents) throws -> String?) rethrows -> AuditReport {
        AuditReport(
            head: head, broken: try broken ?? difference(contents), anchorFound: anchorFound)
    }

    /// The number 0 stands for any place.
    private static func isAnchor(_ anchor: AuditHead, _ head: AuditHead) -> Bool {
        anchor.hash == head.hash && (anchor.number == 0 || anchor.number == head.number)
    }
}
