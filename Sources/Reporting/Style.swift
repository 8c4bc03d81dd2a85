/// How text is coloured. Colour says nothing that the words do not say as well.

import Model

/// What a piece of text is, for whoever paints it.
package enum Tone: Sendable {
    case plain
    case strong
    case faint
    case good
    case warning
    case bad
}

/// Whether tones become ANSI colours. The terminal decides, outside; files and goldens are plain.
package enum Style: Sendable {
    case plain
    case ansi

    /// Paints text that is already escaped and padded.
    package func paint(_ text: String, _ tone: Tone) -> String {
        guard self == .ansi, !text.isEmpty, let code = tone.code else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

extension Tone {
    fileprivate var code: String? {
        switch self {
        case .plain: nil
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .warning: "33"
        case .bad: "31"
        }
    }
}

extension Severity {
    var tone: Tone {
        switch self {
        case .error: .bad
        case .warning: .warning
        case .note: .faint
        }
    }
}
