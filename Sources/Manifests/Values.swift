/// Single values. The type that a key wants decides what a scalar is, so `no` is text where text is
/// wanted and an error, not a guess, where a boolean is.

import Model

extension Decoder {
    /// Any scalar but nothing.
    func text(_ start: Event, _ owner: String) throws -> Located<String>? {
        guard start.shape == .scalar, !start.isNull else {
            try reportWrongType(start, owner, wants: "text")
            return nil
        }
        return Located(value: start.text, location: location(of: start))
    }

    /// Text that says something.
    func filledText(_ start: Event, _ owner: String) throws -> Located<String>? {
        guard let text = try text(start, owner) else { return nil }
        guard text.value.contains(where: { !$0.isWhitespace }) else {
            report(.badValue, "\(owner) is empty", at: text.location)
            return nil
        }
        return text
    }

    /// The name of a document, a wave or a gate.
    func name(_ start: Event, _ owner: String) throws -> Located<String>? {
        guard let text = try text(start, owner) else { return nil }
        let bytes = Array(text.value.utf8)
        let isLetter = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        let isGood =
            (1...63).contains(bytes.count) && bytes.first.map(isLetter) == true
            && bytes.allSatisfy { isLetter($0) || "-_.".utf8.contains($0) }
        guard isGood else {
            report(
                .badName, "\(owner) cannot be \(quoted(text.value))", at: text.location,
                hint: Spelling.name.hint)
            return nil
        }
        return text
    }

    func boolean(_ start: Event, _ owner: String) throws -> Bool? {
        guard start.shape == .scalar, start.text == "true" || start.text == "false" else {
            try reportWrongType(
                start, owner, wants: "true or false", hint: Spelling.boolean.hint)
            return nil
        }
        return start.text == "true"
    }

    /// In the range that the key declares.
    func wholeNumber(_ start: Event, _ key: some ManifestKey) throws -> Int? {
        guard case .wholeNumber(let range) = key.meaning.form else {
            preconditionFailure("\(key.rawValue) is decoded as a whole number and means none")
        }
        let owner = key.rawValue
        guard start.shape == .scalar, let number = Quantity.wholeNumber(start.text) else {
            try reportWrongType(start, owner, wants: "a whole number")
            return nil
        }
        guard range.contains(number) else {
            reportOutOfRange(start, owner, range.lowerBound, range.upperBound)
            return nil
        }
        return number
    }

    /// `10`, `0.5`, `0.5%`
    func percent(_ start: Event, _ owner: String) throws -> Double? {
        guard start.shape == .scalar, let number = Quantity.percent(start.text) else {
            try reportWrongType(start, owner, wants: "a percentage")
            return nil
        }
        guard number <= 100 else {
            reportOutOfRange(start, owner, 0, 100)
            return nil
        }
        return number
    }

    private func reportOutOfRange(_ start: Event, _ owner: String, _ least: Int, _ most: Int) {
        let range = most == .max ? "at least \(least)" : "from \(least) to \(most)"
        report(
            .outOfRange, "\(owner) is \(range), not \(quoted(start.bytes))",
            at: location(of: start))
    }

    func duration(_ start: Event, _ owner: String) throws -> Duration? {
        guard let text = try text(start, owner) else { return nil }
        guard let duration = Quantity.duration(text.value) else {
            report(
                .badDuration, "\(owner) is no span of time: \(quoted(text.value))",
                at: text.location, hint: Spelling.duration.hint)
            return nil
        }
        return duration
    }

    /// One of the words of an enumeration.
    func choice<Value>(_ start: Event, _ owner: String, of _: Value.Type) throws -> Value?
    where Value: CaseIterable & RawRepresentable<String> {
        guard let text = try text(start, owner) else { return nil }
        if let value = Value(rawValue: text.value) { return value }
        reportNoChoice(text, owner, Value.allCases.map(\.rawValue))
        return nil
    }

    func reportNoChoice(_ text: Located<String>, _ owner: String, _ words: [String]) {
        report(
            .badValue, "\(owner) cannot be \(quoted(text.value))", at: text.location,
            hint: suggestion(for: text.value, in: words))
    }

    func choices<Value>(_ start: Event, _ owner: String, of type: Value.Type) throws -> [Value]
    where Value: CaseIterable & RawRepresentable<String> {
        var values: [Value] = []
        try sequence(start, owner, of: "words") { item in
            if let value = try choice(item, owner, of: type) { values.append(value) }
        }
        return values
    }

    /// A text, or a list of texts.
    func oneOrMore(_ start: Event, _ owner: String) throws -> [Located<String>] {
        guard start.shape == .sequenceStart else {
            return try text(start, owner).map { [$0] } ?? []
        }
        var values: [Located<String>] = []
        try sequence(start, owner, of: "texts") { item in
            if let value = try text(item, owner) { values.append(value) }
        }
        return values
    }
}
