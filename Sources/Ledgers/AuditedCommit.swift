/// One commit as the audit trail keeps it: a line of JSON that people and machines can read back.
///
/// The layout is documented in `docs/reference/ledger.md`. It is lossless: the entries that come back
/// are the entries that went in, so that every other table of a ledger can be computed anew from it.

package import Model

package struct AuditedCommit: Hashable, Sendable {
    /// From 1, without holes.
    package var number: Int
    package var at: Instant
    package var by: Actor
    package var entries: [LedgerEntry]

    package init(number: Int, at: Instant, by: Actor, entries: [LedgerEntry]) {
        self.number = number
        self.at = at
        self.by = by
        self.entries = entries
    }

    /// The canonical bytes that the chain hashes.
    package var line: [UInt8] {
        var writer = LineWriter()
        writer.reserveCapacity(200 + entries.count * 100)
        writer.object { writer in
            writer.number("number", number)
            writer.text("at", at.exactText)
            writer.actor("by", by)
            writer.list("entries") { $0.entries(entries) }
        }
        return writer.bytes
    }

    /// Reads a line back; throws `.damaged` when it is none.
    package init(line: [UInt8]) throws(LedgerError) {
        do {
            self = try Members(try LineReader.value(of: line)).commit()
        } catch {
            throw .damaged(error.message)
        }
    }
}

/// A link of the audit chain with what it says.
package struct AuditLink: Hashable, Sendable {
    package var head: AuditHead
    /// One line of JSON, UTF-8, without a newline.
    package var line: [UInt8]

    package init(head: AuditHead, line: [UInt8]) {
        self.head = head
        self.line = line
    }

    package init(after previous: AuditHead, line: [UInt8]) {
        self.init(head: line.withUnsafeBytes { previous.advanced(by: $0) }, line: line)
    }
}

extension AuditHead {
    /// The head of an empty ledger: the chain begins with its id.
    package init(ofEmptyLedger id: String) {
        var digest = Digest()
        digest.add("rehome.ledger/1")
        digest.add(id)
        self.init(number: 0, hash: digest.hex())
    }

    /// The head after one more commit.
    package func advanced(by line: UnsafeRawBufferPointer) -> AuditHead {
        var digest = Digest()
        digest.add(hash)
        digest.add(line)
        return AuditHead(number: number + 1, hash: digest.hex())
    }
}
