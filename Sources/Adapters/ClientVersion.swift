/// Which of the clients that people use an older product does not know.
package enum ClientVersion {
    /// Whether a client must be put back on the way to an older product: any that is newer than Office
    /// Communicator 2007 R2, whose version is 3.5 (`docs/reference/field.md`, "Prices"). A version that
    /// cannot be read counts: a price is never guessed to be nothing.
    package static func mustGoBack(_ version: String) -> Bool {
        guard let major = Int(version.prefix { $0.isNumber }) else { return true }
        return major > 3
    }
}
