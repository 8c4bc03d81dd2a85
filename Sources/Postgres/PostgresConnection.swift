/// One connection to PostgreSQL through libpq. Blocking: whoever owns it gives it a thread of its own.

import CLibPQ
import Foundation

/// Speaks to one server, one statement at a time. Values reach it as parameters, never as text of a
/// statement. Not to be shared between threads.
package final class PostgresConnection {
    private let handle: OpaquePointer

    /// Connects, trying the hosts of `info` in their order.
    ///
    /// - Parameters:
    ///   - info: A libpq connection string or URI, several hosts and TLS settings included, without a
    ///     password.
    ///   - password: Handed over beside it, so that no error message can repeat it.
    ///   - name: What the server's lists of connections call it.
    /// - Throws: `.unreachable`, in libpq's words.
    package init(_ info: String, password: String?, name: String) throws(PostgresError) {
        // `dbname` is expanded as a connection string; what stands after it wins.
        var keys = ["dbname", "fallback_application_name"]
        var values: [String] = [info, name]
        if let password {
            keys.append("password")
            values.append(password)
        }
        let handle = Self.withTexts(keys) { keys in
            Self.withTexts(values) { values in PQconnectdbParams(keys, values, 1) }
        }
        guard let handle else { throw .unreachable("there is no memory for a connection") }
        guard PQstatus(handle) == CONNECTION_OK else {
            let message = Self.words(PQerrorMessage(handle))
            PQfinish(handle)
            throw .unreachable(message)
        }
        self.handle = handle
        // Notices go nowhere: a log is not this layer's business.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    /// Whether a statement found the connection ended; then every other one will find the same.
    package var isLost: Bool { PQstatus(handle) != CONNECTION_OK }

    /// Runs one statement; `$1` and so on stand for the values, all of them as text, nil for NULL.
    @discardableResult
    package func run(
        _ statement: String, _ values: [String?] = []
    ) throws(PostgresError) -> PostgresResult {
        // PostgreSQL has no zero in a text; it would end the value where nobody expects it.
        guard values.allSatisfy({ !Self.holdsZero($0) }) else {
            throw .refused(state: "22021", message: "a value holds a zero byte")
        }
        let result = Self.withOptionalTexts(values) { values in
            PQexecParams(handle, statement, Int32(values.count), nil, values, nil, nil, 0)
        }
        return PostgresResult(try accepted(result, PGRES_TUPLES_OK, PGRES_COMMAND_OK))
    }

    private func accepted(
        _ result: OpaquePointer?, _ statuses: ExecStatusType...
    ) throws(PostgresError) -> OpaquePointer {
        guard let result else { throw .unreachable(Self.words(PQerrorMessage(handle))) }
        guard statuses.contains(PQresultStatus(result)) else {
            defer { PQclear(result) }
            throw error(of: result)
        }
        return result
    }

    private func error(of result: OpaquePointer) -> PostgresError {
        let isAlive = PQstatus(handle) == CONNECTION_OK
        guard isAlive, let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else {
            return .unreachable(Self.words(PQresultErrorMessage(result)))
        }
        let primary = PQresultErrorField(result, Int32(UInt8(ascii: "M")))
        return .refused(state: String(cString: state), message: Self.words(primary))
    }

    private static func words(_ message: UnsafePointer<CChar>?) -> String {
        guard let message else { return "it gave no reason" }
        let lines = String(cString: message).split(separator: "\n").map { line in
            String(line.drop { $0 == " " || $0 == "\t" })
        }
        return lines.isEmpty ? "it gave no reason" : lines.joined(separator: "; ")
    }
}

// For `PostgresCopy`
extension PostgresConnection {
    func beginCopy(_ statement: String) throws(PostgresError) {
        PQclear(try accepted(PQexec(handle, statement), PGRES_COPY_OUT))
    }

    /// The next row, which the caller frees; nil after the last.
    func nextCopied() throws(PostgresError) -> CopiedRow? {
        var row: UnsafeMutablePointer<CChar>?
        let count = PQgetCopyData(handle, &row, 0)
        if let row, count > 0 { return CopiedRow(row, count: Int(count)) }
        guard count == -1 else { throw .unreachable(Self.words(PQerrorMessage(handle))) }
        // How it ended: the first of two results, the second of which is none.
        let end = PQgetResult(handle)
        PQclear(PQgetResult(handle))
        PQclear(try accepted(end, PGRES_COMMAND_OK))
        return nil
    }
}

// Texts for C
extension PostgresConnection {
    private static func withTexts<Result>(
        _ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> Result
    ) -> Result {
        withOptionalTexts(texts) { body($0 + [nil]) }
    }

    /// Every text in one buffer, each ended by zero, with pointers to their beginnings.
    private static func withOptionalTexts<Result>(
        _ texts: [String?], _ body: ([UnsafePointer<CChar>?]) -> Result
    ) -> Result {
        var bytes: [UInt8] = []
        let starts = texts.map { text -> Int? in
            guard let text else { return nil }
            let start = bytes.count
            bytes.append(contentsOf: text.utf8)
            bytes.append(0)
            return start
        }
        return bytes.withUnsafeBytes { buffer in
            let first = buffer.assumingMemoryBound(to: CChar.self).baseAddress
            return body(starts.map { start in start.flatMap { first?.advanced(by: $0) } })
        }
    }

    /// Contacts of a whole batch are one text: it is looked through in one go.
    private static func holdsZero(_ text: String?) -> Bool {
        guard let text else { return false }
        let found = text.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
        }
        return found ?? text.utf8.contains(0)
    }
}
