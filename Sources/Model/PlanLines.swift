/// A plan in JSON Lines: the many, one a line, gathered into the document that they stand for.

enum PlanLines {
    private static let lineFeed = UInt8(ascii: "\n")
    private static let stepPrefix = Array(#"{"step":"#.utf8)
    private static let leftPrefix = Array(#"{"left":"#.utf8)
    private static let droppedPrefix = Array(#"{"dropped":"#.utf8)

    private struct Counts {
        var steps: Int
        var left: Int
        /// Nil where the plan was compared with no other.
        var dropped: Int?
    }

    /// The bytes of one JSON document with the members of the first line and the many.
    ///
    /// Throws `.truncated` where there are fewer lines than the first one promises: a stream that broke
    /// off is no smaller plan.
    static func document(of bytes: [UInt8]) throws(JSONFault) -> [UInt8] {
        var lines = bytes.split(separator: lineFeed)[...]
        guard let head = lines.popFirst(), let brace = head.lastIndex(of: UInt8(ascii: "}")) else {
            throw .truncated
        }
        let counts = try counts(Array(head))
        let steps = lines.prefix(counts.steps)
        let left = lines.dropFirst(counts.steps).prefix(counts.left)
        let dropped = lines.dropFirst(counts.steps + counts.left)
        guard steps.count == counts.steps, left.count == counts.left,
            dropped.count == counts.dropped ?? 0
        else { throw .truncated }
        var document = Array(head[..<brace])
        document.reserveCapacity(bytes.count + 64)
        document += Array(#","steps":["#.utf8)
        try gather(steps, stepPrefix, &document)
        document += Array(#"],"left":["#.utf8)
        try gather(left, leftPrefix, &document)
        if counts.dropped != nil {
            document += Array(#"],"dropped":["#.utf8)
            try gather(dropped, droppedPrefix, &document)
        }
        document += Array("]}".utf8)
        return document
    }

    private static func gather(
        _ lines: ArraySlice<ArraySlice<UInt8>>, _ prefix: [UInt8], _ document: inout [UInt8]
    ) throws(JSONFault) {
        for (index, line) in lines.enumerated() {
            guard line.starts(with: prefix), line.last == UInt8(ascii: "}") else {
                throw .unexpected(
                    offset: line.startIndex,
                    expected: "a line that begins with \(String(decoding: prefix, as: UTF8.self))")
            }
            if index > 0 { document.append(UInt8(ascii: ",")) }
            document += line.dropFirst(prefix.count).dropLast()
        }
    }

    private static func counts(_ head: [UInt8]) throws(JSONFault) -> Counts {
        var reader = JSONReader(head)
        var steps: Int?
        var left: Int?
        var dropped: Int?
        try reader.object { (reader, key) throws(JSONFault) in
            switch key {
            case "stepCount": steps = try reader.int()
            case "leftCount": left = try reader.int()
            case "droppedCount": dropped = try reader.int()
            default: try reader.skip()
            }
        }
        guard let steps, let left, steps >= 0, left >= 0, dropped ?? 0 >= 0 else {
            throw .unexpected(offset: 0, expected: "a first line with stepCount and leftCount")
        }
        return Counts(steps: steps, left: left, dropped: dropped)
    }
}
