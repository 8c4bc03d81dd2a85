/// A column of texts of which few differ (departments, pools, policies), or of which few are read.
///
/// Each row costs four bytes: 0 is absent, a positive code names a value, a negative one the gap that
/// made it unknown.
package struct CodeColumn: Sendable {
    package private(set) var values: [String] = []
    package private(set) var gaps: [Gap] = []
    @usableFromInline var codes: [Int32] = []
    private var codeOf: [String: Int32] = [:]
    private var gapCodeOf: [Gap: Int32] = [:]

    /// Whether texts that differ only in ASCII case are one value, shown as it was first written.
    private let ignoresCase: Bool

    package init(ignoresCase: Bool = false) { self.ignoresCase = ignoresCase }

    @inlinable package var count: Int { codes.count }

    package mutating func reserveCapacity(_ rows: Int) { codes.reserveCapacity(rows) }

    /// Empty text is absent: that is how the field's exports say it.
    package mutating func append(_ text: String) {
        codes.append(text.isEmpty ? 0 : code(of: text))
    }

    package mutating func append(_ fact: Fact<String>) {
        codes.append(code(of: fact))
    }

    /// Appends a code that this column gave out.
    @inlinable package mutating func append(code: Int32) { codes.append(code) }

    package mutating func replace(at row: Int, with fact: Fact<String>) {
        codes[row] = code(of: fact)
    }

    /// The code for a fact, made when it is new; the same fact has the same code for the column's life.
    package mutating func code(of fact: Fact<String>) -> Int32 {
        switch fact {
        case .present(let text): return code(of: text)
        case .absent: return 0
        case .unknown(let gap):
            if let known = gapCodeOf[gap] { return known }
            gaps.append(gap)
            let code = -Int32(gaps.count)
            gapCodeOf[gap] = code
            return code
        }
    }

    private mutating func code(of text: String) -> Int32 {
        let key = ignoresCase ? Address.folded(text) : text
        if let known = codeOf[key] { return known }
        values.append(text)
        let code = Int32(values.count)
        codeOf[key] = code
        return code
    }

    /// The raw code of a row: compare codes, not texts, on a hot path.
    @inlinable package func code(at row: Int) -> Int32 { codes[row] }

    package subscript(row: Int) -> Fact<String> { fact(of: codes[row]) }

    package func fact(of code: Int32) -> Fact<String> {
        if code == 0 { return .absent }
        return code > 0 ? .present(values[Int(code) - 1]) : .unknown(gaps[Int(-code) - 1])
    }
}
