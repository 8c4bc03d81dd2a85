/// The attributes of one record, in the order in which the catalog declares them.

import Model

/// By name as declared; empty text is absent, nil was not read.
///
/// An array and not a dictionary, because seeding makes one for every person.
package struct EstateAttributes: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    private var texts: [String?] = []

    package init() {}

    /// Names that the catalog does not declare are dropped.
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, text) in elements { self[name] = text }
    }

    package subscript(name: String) -> String? {
        get { EmbeddedCatalog.place(of: name).flatMap { self[at: $0] } }
        set {
            if let place = EmbeddedCatalog.place(of: name) { self[at: place] = newValue }
        }
    }

    /// By the place in `EmbeddedCatalog.attributeNames`.
    subscript(at place: Int) -> String? {
        get { place < texts.count ? texts[place] : nil }
        set {
            if texts.isEmpty {
                if newValue == nil { return }
                texts = Array(repeating: nil, count: EmbeddedCatalog.attributeNames.count)
            }
            texts[place] = newValue
        }
    }
}
