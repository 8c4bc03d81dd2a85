/// What the keys of manifests mean: one declaration, from which documents are decoded, messages are
/// worded, and the schema is written that editors read.

/// The keys of a mapping. There is no other list of them: a key that stands here is decoded, and is in
/// the schema; and a new one does not compile until it says what it means.
protocol ManifestKey: CaseIterable, Hashable, RawRepresentable, Sendable
where RawValue == String {
    /// What the keys belong to, as a message names it: `the spec of a Pool`.
    static var subject: String { get }
    /// Keys without which the mapping means nothing.
    static var required: [Self] { get }
    /// What a value of this key looks like, and what it is for.
    var meaning: Meaning { get }
}

/// What a key takes, one sentence about it, and what holds without it.
struct Meaning: Sendable {
    var form: Form
    var summary: String
    /// Nil where nothing that could be written means the same as leaving the key out.
    var initially: JSONTree?

    init(_ form: Form, _ summary: String, initially: JSONTree? = nil) {
        self.form = form
        self.summary = summary
        self.initially = initially
    }
}

/// What a value looks like, as far as it can be said without the values of other documents.
indirect enum Form: Sendable {
    /// Any scalar but nothing.
    case text
    /// Text that says something.
    case filledText
    /// Text that is spelled in one way.
    case spelled(Spelling)
    case boolean
    case wholeNumber(ClosedRange<Int>)
    case percent
    /// One of these words.
    case word([String])
    case list(of: Form)
    /// A mapping whose keys are known.
    case mapping(any ManifestKey.Type)
    /// A mapping with any keys.
    case map(of: Form)
    /// Either form; no YAML type may be in both.
    case either(Form, Form)
    /// People and apps, by name, in a list file, or chosen.
    case entries(EntryUse.Subject)
    case selection
    /// A reference to a secret.
    case secret
    /// This form, or a list of it that is not empty.
    case condition(Form)
    /// The name of an adapter of this build.
    case adapter
    /// What the adapter that is named beside it reads.
    case settings
    /// What the kind that is named beside it wants.
    case spec

    static func words<Word: CaseIterable & RawRepresentable<String>>(of _: Word.Type) -> Form {
        .word(Word.allCases.map(\.rawValue))
    }
}
