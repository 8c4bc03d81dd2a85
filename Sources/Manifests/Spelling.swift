/// How texts with a form of their own are spelled. What reads them is elsewhere and goes further: a
/// pattern knows no month of 28 days. No pattern refuses what is read, so an editor never underlines
/// what `rehome validate` takes.

import Model

/// A pattern and the words for whoever missed it.
struct Spelling: Sendable {
    /// A regular expression that JavaScript and Python understand alike.
    var pattern: String
    var hint: String
    /// Whether YAML may take such a text for a number or a Boolean when it stands without quotes.
    var mayLookOtherwise = false

    static let name = Spelling(
        pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
        hint: "up to 63 letters, digits, hyphens, dots and underscores, a letter or digit first",
        mayLookOtherwise: true)

    static let filledText = Spelling(
        pattern: #"\S"#, hint: "write something here", mayLookOtherwise: true)

    static func wholeNumber(in range: ClosedRange<Int>) -> Spelling {
        Spelling(
            pattern: "^(0|[1-9][0-9]{0,17})$",
            hint: "write a whole number from \(range.lowerBound) to \(range.upperBound)",
            mayLookOtherwise: true)
    }

    static let percent = Spelling(
        pattern: #"^(100(\.0{1,9})?|[1-9]?[0-9](\.[0-9]{1,9})?)%?$"#,
        hint: "write a percentage such as 10, 0.5 or 0.5%, at most 100", mayLookOtherwise: true)

    static let boolean = Spelling(
        pattern: "^(true|false)$", hint: "write true or false, in lower case",
        mayLookOtherwise: true)

    static let duration = Spelling(
        pattern: "^(0|[1-9][0-9]{0,8})[smhd]$",
        hint: "write 90s, 30m, 72h or 2d; the longest is 3650d")

    static let rate = Spelling(
        pattern: "^[1-9][0-9]{0,6}/(s|min|h)$", hint: "write 5/s, 300/min or 2000/h")

    static let time = Spelling(
        pattern: "^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
            + "(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
            + "(Z|[+-](0[0-9]|1[0-8]):[0-5][0-9])?)?$",
        hint: "write 2026-12-05, 2026-12-05T22:00 or 2026-12-05T22:00:00+01:00")

    static let timeOfDay = Spelling(
        pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        hint: "write hours and minutes, such as \"22:00\"")

    /// Which zones there are, only the machine knows.
    static let zone = Spelling(
        pattern: "^(UTC|.*/.*)$", hint: "write an IANA name such as Europe/Madrid, or UTC")

    static let fqdn = Spelling(
        pattern: #"^\#(letter)+(-+\#(letter)+)*(\.\#(letter)+(-+\#(letter)+)*)*$"#,
        hint: "write the full name of the pool, such as pool01.contoso.example",
        mayLookOtherwise: true)

    static let ledgerURL = Spelling(
        pattern: "^sqlite:.+$",
        hint: "write sqlite:PATH, with a path relative to the folder of manifests")

    static let webURL = Spelling(
        pattern: #"^[Hh][Tt][Tt][Pp][Ss]?://\S+$"#,
        hint: "write https://HOST/PATH, without user and password")

    static let allThatAreLeft = Spelling(pattern: "^all$", hint: "write all, or a list of entries")

    static let secret = Spelling(
        pattern: #"^(env:[A-Za-z0-9_]+|file:.+|exec:\s*\[.*)$"#,
        hint: "write env:NAME, file:PATH or {exec: [program, argument]}")

    static let kind = Spelling(
        pattern: "^(\(Kind.allCases.map(\.name).joined(separator: "|")))$",
        hint: "known: \(Kind.allCases.map(\.name).joined(separator: ", "))")

    /// Letters and digits, and all that is not ASCII.
    private static let letter = #"[^\x00-\x2F\x3A-\x40\x5B-\x60\x7B-\x7F]"#

    /// An entry of a list of people, of apps, or of either.
    static func entry(of subject: EntryUse.Subject) -> Spelling {
        let address = #"([Ss][Ii][Pp]:)?[^\s@/:]+@[^\s@/:]+"#
        let kinds = Kind.allCases.filter(\.isApp).map(\.name).joined(separator: "|")
        let app = "(\(kinds))/[^ ](.*[^ ])?"
        return switch subject {
        case .users:
            Spelling(
                pattern: "^(user/)?\(address)$",
                hint: "write somebody@contoso.example, with or without sip:")
        case .apps:
            Spelling(
                pattern: "^\(app)$", hint: "write kind/name, such as response-groups/madrid")
        case .any:
            Spelling(
                pattern: "^((user/)?\(address)|\(app))$",
                hint: "write somebody@contoso.example, or kind/name")
        }
    }
}
