/// Lists of people and apps: from the bytes of an event straight into columns.

import Model

/// What a list of entries may hold, and whose it is.
struct EntryUse {
    enum Subject: String, CaseIterable {
        case users
        case apps
        case any

        /// Who is held or left out is named: a selection could come to mean everybody.
        var takesSelections: Bool { self != .any }
    }

    var owner: Int
    var subject: Subject
}

enum EntryKey: String, ManifestKey {
    case file
    case select

    static let subject = "an entry"
    static let required: [EntryKey] = []

    var meaning: Meaning {
        switch self {
        case .file:
            Meaning(
                .filledText,
                "A list file, relative to this manifest: one address a line, or CSV with a header.")
        case .select: Meaning(.selection, "Whoever meets all of these conditions, as observed.")
        }
    }
}

extension Decoder {
    /// Reads the entries of a list; there may be a million, so a scalar never becomes a `String`.
    func decodeEntries(
        _ start: Event, _ key: String, _ use: EntryUse, _ list: inout EntryList,
        _ selections: inout [Selection]
    ) throws {
        guard start.shape == .sequenceStart else {
            return try reportWrongType(
                start, key, wants: "a list of entries",
                hint: start.shape == .scalar && !start.isNull
                    ? "put it in brackets, even when it is one" : nil)
        }
        let handle = list.file(file)
        while true {
            let event = try reader.next()
            switch event.shape {
            case .sequenceEnd: return
            case .scalar: try appendEntry(event, use, handle, &list)
            case .mappingStart: try decodeEntryMapping(event, key, use, &list, &selections)
            default: try reportWrongType(event, "an entry of \(key)", wants: "a name")
            }
        }
    }

    private func appendEntry(
        _ event: Event, _ use: EntryUse, _ handle: UInt32, _ list: inout EntryList
    ) throws {
        guard let entry = EntryName(event.bytes[...], in: use.subject) else {
            let wrong = EntryName.whyNot(event.bytes[...], in: use.subject)
            return report(wrong.rule, wrong.message, at: location(of: event), hint: wrong.hint)
        }
        try countEntry(at: event)
        list.append(
            kind: entry.kind, name: UnsafeRawBufferPointer(rebasing: entry.name),
            owner: use.owner, origin: .explicit, file: handle, line: Int(event.line),
            column: Int(event.column))
    }

    private func countEntry(at event: Event) throws {
        reading.entryCount += 1
        if reading.entryCount > reading.limits.entries {
            throw tooManyEntries(at: location(of: event))
        }
    }

    func tooManyEntries(at place: SourceLocation) -> Halt {
        reader.refuse(
            .entryLimit, "more than \(reading.limits.entries) entries in all manifests", at: place,
            hint: "choose people by select: where so many are meant")
    }

    private func decodeEntryMapping(
        _ start: Event, _ key: String, _ use: EntryUse, _ list: inout EntryList,
        _ selections: inout [Selection]
    ) throws {
        let place = location(of: start)
        var count = 0
        try mapping(start, as: EntryKey.self) { entryKey, value in
            count += 1
            switch entryKey {
            case .file:
                guard let path = try filledText(value, "file") else { return }
                try decodeListFile(path, use, &list)
            case .select:
                guard use.subject.takesSelections else {
                    report(
                        .badValue, "\(key) takes names and files, not selections", at: place,
                        hint: "name the people, or list them in a file")
                    return try skip(value)
                }
                let subject: Selection.Subject = use.subject == .apps ? .apps : .users
                if let selection = try decodeSelection(value, subject) {
                    selections.append(selection)
                }
            }
        }
        guard count != 1 else { return }
        report(
            .badValue, count == 0 ? "an entry names nothing" : "an entry has one key, not two",
            at: place, hint: "begin a new entry of the list for each file and each selection")
    }
}
