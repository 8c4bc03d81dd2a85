/// Events that are kept for later: a document's until its kind is known, an anchored node's for its
/// aliases.

/// One event of a YAML stream.
struct Event {
    enum Shape: UInt8 {
        case scalar
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
        case documentStart
        case documentEnd
        case streamEnd
    }

    var shape: Shape
    /// A scalar without quotes.
    var isPlain = false
    /// Both count from 1.
    var line: Int32
    var column: Int32
    /// Of a scalar, until the reader is asked for the next event.
    var bytes = UnsafeRawBufferPointer(start: nil, count: 0)

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Nothing was written, or one of YAML's words for nothing.
    var isNull: Bool {
        guard shape == .scalar, isPlain else { return false }
        return bytes.isEmpty || ["~", "null", "Null", "NULL"].contains(text)
    }
}

/// An append-only list of events with their bytes in one allocation; nodes on it are ranges.
struct Tape {
    private struct Kept {
        var event: Event
        var start: Int
        var length: Int
    }

    private var kept: [Kept] = []
    private var arena: [UInt8] = []

    var count: Int { kept.count }
    var byteCount: Int { arena.count }

    mutating func removeAll() {
        guard !kept.isEmpty else { return }
        kept.removeAll()
        arena.removeAll()
    }

    mutating func append(_ event: Event) {
        kept.append(Kept(event: event, start: arena.count, length: event.bytes.count))
        arena.append(contentsOf: event.bytes)
    }

    /// An event with its bytes copied to `scratch`, because the tape may grow while they are read.
    func event(at index: Int, scratch: inout Scratch) -> Event {
        let entry = kept[index]
        var event = entry.event
        event.bytes = arena.withUnsafeBytes { bytes in
            scratch.hold(
                UnsafeRawBufferPointer(rebasing: bytes[entry.start..<entry.start + entry.length]))
        }
        return event
    }
}

/// A buffer at an address that stays while nothing else is put in.
struct Scratch {
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 1)

    mutating func hold(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        if bytes.count > memory.count {
            memory.deallocate()
            memory = .allocate(byteCount: bytes.count * 2, alignment: 1)
        }
        memory.copyMemory(from: bytes)
        return UnsafeRawBufferPointer(rebasing: memory[..<bytes.count])
    }

    func free() { memory.deallocate() }
}
