/// Which names are one name: how deployments compare the names of resources.

/// What of a resource's name is compared without ASCII case. The `sip:` scheme is dropped before, and
/// bytes above 127 are compared exactly: nothing else is one name.
///
/// The adapter says it of its deployments, without a connection (`AdapterCatalog.Entry`). An estate has
/// one (`DesiredState.folding`), because names meet where connections do not: in relations, in waves, in
/// what people hold, in pseudonyms. Whoever joins, hashes, records or looks up names of resources asks
/// it, and two names that fold to the same bytes are one name to all of them.
///
/// - In a column: `ResourceTable` is made with a folding and finds rows by it.
/// - As values: `ResourceID.folded(by:)` in sets and as keys; ids that were not folded are only shown.
/// - For good: step ids, hashes of records and the ledger's homes hold folded names.
///
/// Names of hosts, pools, connections and attributes have no case anywhere: they are folded by
/// `Address.folded`, and own ids as well. Outputs are sorted by names without case, whatever is one name.
package enum Folding: Sendable, CaseIterable {
    /// The whole name, as Office Communications Server and its heirs look addresses up
    /// (`docs/reference/field.md`, "Homes").
    case whole
    /// The host, behind the last `@`, and nothing before it: RFC 3261, 19.1.4, compares user parts with
    /// case and hosts without. A name that is no address has no host, and is compared exactly.
    case host
}

extension Folding {
    /// The form that is compared, hashed and recorded.
    package func folded(_ text: String) -> String {
        if self == .whole { return Address.folded(text) }
        let bare = Address.withoutScheme(text)
        guard let at = bare.utf8.lastIndex(of: UInt8(ascii: "@")) else { return bare }
        return String(bare[..<at]) + Address.folded(String(bare[at...]))
    }

    /// Writes the folded bytes of a name without a scheme to the beginning of a buffer.
    @inlinable package func fold(
        _ name: UnsafeRawBufferPointer, into bytes: UnsafeMutableRawBufferPointer
    ) {
        let start = start(of: name)
        for index in 0..<start { bytes[index] = name[index] }
        for index in start..<name.count { bytes[index] = Address.folded(byte: name[index]) }
    }

    /// The folded bytes of a name without a scheme, for as long as a body runs.
    package func withFolded<Result>(
        _ name: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(byteCount: max(1, name.count), alignment: 1) { bytes in
            fold(name, into: bytes)
            return body(UnsafeRawBufferPointer(rebasing: bytes[..<name.count]))
        }
    }

    /// Whether two names without a scheme are one name.
    @inlinable package func isSame(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
    ) -> Bool {
        guard left.count == right.count else { return false }
        let start = start(of: left)
        for index in 0..<start where left[index] != right[index] { return false }
        for index in start..<left.count
        where Address.folded(byte: left[index]) != Address.folded(byte: right[index]) {
            return false
        }
        return true
    }

    /// Where the bytes begin that are compared without case.
    @inlinable func start(of name: UnsafeRawBufferPointer) -> Int {
        switch self {
        case .whole: 0
        case .host: name.lastIndex(of: UInt8(ascii: "@")) ?? name.count
        }
    }
}
