/// Reads YAML as a stream of events, so that a million users never become a tree of nodes.

import CLibYAML
import Model

/// Reading of a file ends here; why is already reported.
struct Halt: Error {}

/// The events of one file, with aliases resolved. Every event carries its place.
///
/// Events of anchored nodes are kept on a tape for their aliases, and so is a node that a decoder asks
/// to keep. Tape, aliases, nesting and scalars are bounded: beyond, the file is refused.
final class EventReader {
    let file: String
    private let limits: Limits
    private let diagnostics: DiagnosticCollector
    private let input: UnsafeRawBufferPointer
    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    private let raw = UnsafeMutablePointer<yaml_event_t>.allocate(capacity: 1)
    private var isHoldingRaw = false
    private var depth = 0

    private var tape = Tape()
    private var isTapeFull = false
    private var scratch = Scratch()
    private var nodes: [String: Node] = [:]
    private var openNodes: [OpenNode] = []
    private var replays: [Range<Int>] = []
    /// For how many nodes the stream is written on the tape.
    private var keeping = 0
    private var aliasEvents = 0

    /// An anchored node on the tape; nil is one that was too large to keep.
    private struct Node {
        var range: Range<Int>?
    }

    private struct OpenNode {
        var anchor: String
        var depth: Int
        var start: Int
    }

    init(
        file: String, input: UnsafeRawBufferPointer, limits: Limits,
        diagnostics: DiagnosticCollector
    ) {
        self.file = file
        self.input = input
        self.limits = limits
        self.diagnostics = diagnostics
        yaml_parser_initialize(parser)
        yaml_parser_set_input_string(
            parser, input.baseAddress?.assumingMemoryBound(to: UInt8.self), input.count)
    }

    deinit {
        if isHoldingRaw { yaml_event_delete(raw) }
        yaml_parser_delete(parser)
        parser.deallocate()
        raw.deallocate()
        scratch.free()
    }

    func location(of event: Event) -> SourceLocation {
        SourceLocation(file: file, line: Int(event.line), column: Int(event.column))
    }

    /// The next event; its bytes hold until the one after it is asked for.
    func next() throws -> Event {
        var anchor: String?
        let event = try replays.isEmpty ? parse(anchor: &anchor) : replay()
        switch event.shape {
        case .sequenceStart, .mappingStart: depth += 1
        case .sequenceEnd, .mappingEnd: depth -= 1
        default: break
        }
        if depth > limits.nesting {
            throw refuse(
                .nestingLimit, "more than \(limits.nesting) lists and mappings inside one another",
                at: location(of: event), hint: "no manifest needs so many; look at the indentation")
        }
        if keeping > 0 || anchor != nil { keep(event, anchor: anchor) }
        return event
    }

    /// Reports why the file is read no further.
    func refuse(
        _ rule: Rule, _ message: String, at location: SourceLocation, hint: String?
    ) -> Halt {
        diagnostics.report(rule, message, at: location, hint: hint)
        return Halt()
    }
}

// Keeping nodes, and reading them again
extension EventReader {
    /// Keeps the node whose first event was read just now; nil when it is too large.
    func keepNode(_ start: Event) throws -> Range<Int>? {
        if keeping == 0 { tape.append(start) }
        let first = tape.count - 1
        keeping += 1
        var open = start.shape == .scalar ? 0 : 1
        while open > 0 {
            switch try next().shape {
            case .sequenceStart, .mappingStart: open += 1
            case .sequenceEnd, .mappingEnd: open -= 1
            default: break
            }
        }
        guard !isTapeFull else { return nil }
        keeping -= 1
        return first..<tape.count
    }

    /// Lets the next events be those of a node that was kept.
    func replay(_ node: Range<Int>) { replays.append(node) }

    private func replay() -> Event {
        let node = replays[replays.count - 1]
        if node.count == 1 {
            replays.removeLast()
        } else {
            replays[replays.count - 1] = node.dropFirst()
        }
        return tape.event(at: node.lowerBound, scratch: &scratch)
    }

    private func keep(_ event: Event, anchor: String?) {
        if tape.count >= limits.keptEvents || tape.byteCount >= limits.keptBytes {
            isTapeFull = true
            keeping = 0
            for node in openNodes { nodes[node.anchor] = Node(range: nil) }
            openNodes = []
        }
        if let anchor { nodes[anchor] = isTapeFull ? Node(range: nil) : nil }
        guard !isTapeFull else { return }
        if let anchor {
            if event.shape == .scalar {
                nodes[anchor] = Node(range: tape.count..<tape.count + 1)
            } else {
                openNodes.append(OpenNode(anchor: anchor, depth: depth, start: tape.count))
                keeping += 1
            }
        }
        tape.append(event)
        guard event.shape == .sequenceEnd || event.shape == .mappingEnd else { return }
        while let node = openNodes.last, depth < node.depth {
            nodes[node.anchor] = Node(range: node.start..<tape.count)
            openNodes.removeLast()
            keeping -= 1
        }
    }

    /// The first event of the node behind an alias.
    private func follow(alias: String, at location: SourceLocation) throws -> Event {
        guard let node = nodes[alias] else {
            throw refuse(
                .unknownAlias, "no anchor \(quoted("&" + alias)) stands before this alias",
                at: location, hint: "an alias repeats a value that is marked with & further up")
        }
        guard let range = node.range, aliasEvents + range.count <= limits.aliasEvents else {
            throw refuse(
                .aliasLimit,
                "aliases of this document bring back more than \(limits.aliasEvents) values",
                at: location,
                hint: "put the people into a list file and name it with file: where they are needed"
            )
        }
        aliasEvents += range.count
        replays.append(range)
        return replay()
    }

    /// Anchors hold within their document.
    private func forgetNodes() {
        tape.removeAll()
        isTapeFull = false
        nodes = [:]
        openNodes = []
        keeping = 0
        aliasEvents = 0
    }
}

// libyaml
extension EventReader {
    private func parse(anchor: inout String?) throws -> Event {
        if isHoldingRaw { yaml_event_delete(raw) }
        isHoldingRaw = false
        guard yaml_parser_parse(parser, raw) == 1 else { throw syntaxError() }
        isHoldingRaw = true
        var event = Event(
            shape: .streamEnd, line: Int32(clamping: raw.pointee.start_mark.line + 1),
            column: Int32(clamping: raw.pointee.start_mark.column + 1))
        switch raw.pointee.type {
        case YAML_SCALAR_EVENT:
            let scalar = raw.pointee.data.scalar
            event.shape = .scalar
            event.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            event.bytes = UnsafeRawBufferPointer(start: scalar.value, count: scalar.length)
            if let name = scalar.anchor { anchor = String(cString: name) }
            if scalar.tag != nil { try check(tag: scalar.tag, event) }
            try check(length: scalar.length, event)
        case YAML_SEQUENCE_START_EVENT:
            event.shape = .sequenceStart
            anchor = raw.pointee.data.sequence_start.anchor.map { String(cString: $0) }
            try check(tag: raw.pointee.data.sequence_start.tag, event)
        case YAML_MAPPING_START_EVENT:
            event.shape = .mappingStart
            anchor = raw.pointee.data.mapping_start.anchor.map { String(cString: $0) }
            try check(tag: raw.pointee.data.mapping_start.tag, event)
        case YAML_ALIAS_EVENT:
            let name = String(cString: raw.pointee.data.alias.anchor)
            return try follow(alias: name, at: location(of: event))
        case YAML_STREAM_START_EVENT: return try parse(anchor: &anchor)
        case YAML_DOCUMENT_START_EVENT:
            forgetNodes()
            event.shape = .documentStart
        case YAML_SEQUENCE_END_EVENT: event.shape = .sequenceEnd
        case YAML_MAPPING_END_EVENT: event.shape = .mappingEnd
        case YAML_DOCUMENT_END_EVENT: event.shape = .documentEnd
        default: break
        }
        return event
    }

    private func check(length: Int, _ event: Event) throws {
        guard length > limits.scalarBytes else { return }
        throw refuse(
            .scalarLimit, "a value of \(length) bytes; the limit is \(limits.scalarBytes)",
            at: location(of: event), hint: "look for a quote that is not closed")
    }

    /// The type that a key wants decides what a value is; only tags that agree with that are let pass.
    private func check(tag: UnsafeMutablePointer<yaml_char_t>?, _ event: Event) throws {
        guard let tag else { return }
        let name = String(cString: tag)
        let core = ["str", "int", "float", "bool", "seq", "map"].map { "tag:yaml.org,2002:" + $0 }
        guard name != "!", !core.contains(name) else { return }
        throw refuse(
            .unknownTag, "the tag \(quoted(name)) means nothing here", at: location(of: event),
            hint: "take the tag away; manifests have no tags of their own")
    }

    private func syntaxError() -> Halt {
        let error = parser.pointee
        let problem = error.problem.map { String(cString: $0) } ?? "cannot be read as YAML"
        let mark = error.problem_mark
        var place = SourceLocation(file: file, line: mark.line + 1, column: mark.column + 1)
        if error.error == YAML_READER_ERROR {
            place = input.place(ofByte: error.problem_offset, in: file)
        }
        return refuse(.yamlSyntax, problem, at: place, hint: hint(for: problem))
    }

    private func hint(for problem: String) -> String {
        if problem.contains("cannot start any token") {
            return "indent with spaces, not tabs, and quote values that begin with @ or `"
        }
        if problem.contains("mapping values are not allowed") {
            return "quote a value that has a colon and a space in it, or look at the indentation"
        }
        if problem.contains("unexpected ':'") {
            return "inside braces quote the value, or write {secret: {exec: [program, argument]}}"
        }
        if problem.contains("UTF-8") || problem.contains("control characters") {
            return "save the file as UTF-8 text"
        }
        return "look at the indentation, quotes and brackets here and in the line above"
    }
}

extension UnsafeRawBufferPointer {
    /// The line and column of a byte, counted as editors do.
    func place(ofByte offset: Int, in file: String) -> SourceLocation {
        var line = 1
        var column = 1
        for byte in prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return SourceLocation(file: file, line: line, column: column)
    }
}
