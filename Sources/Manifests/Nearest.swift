/// "Did you mean": the word that a person most likely meant.

/// Among more words than these nobody is helped by one of them, and looking would take too long.
private let mostWords = 2000

/// The nearest of some words, or nil when none is near enough; ties go to the first in order.
func nearest(to written: String, in words: some Collection<String>) -> String? {
    guard words.count <= mostWords else { return nil }
    let typed = Array(written.lowercased().utf8.prefix(64))
    let allowed = max(1, typed.count / 3)
    var best: (distance: Int, word: String)?
    for word in words.sorted() {
        let candidate = Array(word.lowercased().utf8.prefix(64))
        guard abs(candidate.count - typed.count) <= allowed else { continue }
        let distance = editDistance(typed, candidate)
        if distance <= allowed, distance < best?.distance ?? .max { best = (distance, word) }
    }
    return best?.word
}

/// The hint for a word that is none of a list: the nearest, else the list itself while it is short.
func suggestion(for written: String, in words: some Collection<String>) -> String? {
    if let word = nearest(to: written, in: words) { return "did you mean \"\(word)\"?" }
    guard !words.isEmpty, words.count <= mostWords else { return nil }
    let all = words.sorted()
    let shown = all.prefix(12).joined(separator: ", ")
    return all.count > 12 ? "known: \(shown), ..." : "known: \(shown)"
}

/// Insertions, deletions, replacements and swaps of neighbours.
private func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var before: [Int] = []
    var last = Array(0...other.count)
    for row in 1..<(one.count + 1) {
        var current = [row]
        for column in 1..<(other.count + 1) {
            let isSame = one[row - 1] == other[column - 1]
            var cost = min(last[column] + 1, current[column - 1] + 1)
            cost = min(cost, last[column - 1] + (isSame ? 0 : 1))
            if row > 1, column > 1, one[row - 1] == other[column - 2],
                one[row - 2] == other[column - 1]
            {
                cost = min(cost, before[column - 2] + 1)
            }
            current.append(cost)
        }
        before = last
        last = current
    }
    return last[other.count]
}
