/// What an entry names, read from its bytes, or why they are none.

import Model

/// The kind and the name in an entry: `ana@contoso.example`, `user/ana@...`, `response-groups/madrid`.
struct EntryName {
    var kind: Kind
    var name: Slice<UnsafeRawBufferPointer>

    init?(_ bytes: Slice<UnsafeRawBufferPointer>, in subject: EntryUse.Subject) {
        if subject != .apps {
            name = AddressSyntax.withoutScheme(bytes)
            kind = .user
            if AddressSyntax.isAddress(name) { return }
        }
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")),
            let written = Self.kind(bytes[..<slash])
        else { return nil }
        kind = written
        name = bytes[(slash + 1)...]
        guard subject == .any || kind.isApp == (subject == .apps) else { return nil }
        if kind.grammar == .address { name = AddressSyntax.withoutScheme(name) }
        guard Self.admits(name, kind.grammar) else { return nil }
    }

    private static func admits(
        _ name: Slice<UnsafeRawBufferPointer>, _ grammar: Kind.Grammar
    ) -> Bool {
        switch grammar {
        case .address: AddressSyntax.isAddress(name)
        case .number: AddressSyntax.isNumber(name)
        case .text: AddressSyntax.isName(name)
        }
    }

    private static func kind(_ bytes: Slice<UnsafeRawBufferPointer>) -> Kind? {
        Kind.allCases.first { $0.name.utf8.elementsEqual(bytes) }
    }

    struct Wrong {
        var rule: Rule
        var message: String
        var hint: String?
    }

    /// Says what is wrong with bytes that are no entry.
    static func whyNot(
        _ bytes: Slice<UnsafeRawBufferPointer>, in subject: EntryUse.Subject
    ) -> Wrong {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return Wrong(
                rule: .listEncoding, message: "an entry is not UTF-8: \(quoted(text(bytes)))",
                hint: "save the file as UTF-8")
        }
        let prefix = text.prefix { $0 != "/" && $0 != "@" }
        guard prefix.endIndex < text.endIndex, text[prefix.endIndex] == "/" else {
            return whyNoAddress(text, in: subject)
        }
        guard let kind = Kind(name: prefix) else {
            let known = Kind.allCases.map(\.name)
            return Wrong(
                rule: .unknownResourceKind, message: "unknown kind of resource \(quoted(prefix))",
                hint: suggestion(for: String(prefix), in: known))
        }
        if kind.isApp ? subject == .users : subject == .apps {
            return Wrong(
                rule: .entryKind,
                message: "\(quoted(text)) does not belong under \(kind.isApp ? "users" : "apps")",
                hint: "put it under \(kind.isApp ? "apps" : "users")")
        }
        let name = String(text[prefix.endIndex...].dropFirst())
        return kind == .user ? whyNoAddress(name, in: subject) : whyNoName(name, of: kind)
    }

    private static func whyNoName(_ name: String, of kind: Kind) -> Wrong {
        let hint =
            switch kind.grammar {
            case .address: "a \(kind.name) is named by its address, such as lobby@contoso.example"
            case .number: "a \(kind.name) is named by its whole number, such as 10042"
            case .text:
                "a name has up to \(AddressSyntax.longestName) bytes of visible text, "
                    + "without spaces around it"
            }
        return Wrong(
            rule: .badAddress, message: "\(quoted(name)) cannot name a resource", hint: hint)
    }

    private static func whyNoAddress(_ text: String, in subject: EntryUse.Subject) -> Wrong {
        if subject == .apps, text.contains("@") {
            return Wrong(
                rule: .entryKind, message: "\(quoted(text)) does not belong under apps",
                hint: "people stand under users; an app is written kind/name")
        }
        let wanted =
            switch subject {
            case .users: "an address"
            case .apps: "an app"
            case .any: "an entry"
            }
        return Wrong(
            rule: .badAddress, message: "\(quoted(text)) is not \(wanted)",
            hint: Spelling.entry(of: subject).hint)
    }

    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
