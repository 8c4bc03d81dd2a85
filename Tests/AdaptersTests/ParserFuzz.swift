/// What must hold of the readers of exports whatever the bytes are: for the fuzzer, which compiles this
/// file beside the readers, and for the test that replays what it kept.

#if canImport(AdapterInventory)
    import AdapterInventory
    import Adapters
#endif

enum ParserFuzz {
    /// Reading ends, places grow, and what was read is read again from its own writing. Traps where not.
    static func readLDIF(_ bytes: UnsafeRawBufferPointer) {
        let entries = Self.entries(bytes)
        var last = 0
        for entry in entries {
            precondition(entry.line > last, "entries begin on lines that grow")
            last = entry.line
        }
        var written: [UInt8] = []
        for entry in entries {
            write("dn", Array(entry.dn.utf8), to: &written)
            for attribute in entry.attributes {
                write(attribute.name, attribute.value, to: &written)
            }
            written.append(UInt8(ascii: "\n"))
        }
        let again = written.withUnsafeBytes(Self.entries)
        precondition(
            entries.map(\.dn) == again.map(\.dn)
                && entries.map(\.attributes) == again.map(\.attributes),
            "entries that are written are read as they were")
    }

    private static func entries(_ bytes: UnsafeRawBufferPointer) -> [LDIFReader.Entry] {
        var reader = LDIFReader(bytes)
        var entries: [LDIFReader.Entry] = []
        while let entry = try? reader.next() { entries.append(entry) }
        return entries
    }

    private static func write(_ name: String, _ value: [UInt8], to bytes: inout [UInt8]) {
        let text = "\(name):: \(base64(value))"
        var column = 0
        for byte in text.utf8 {
            if column == 70 {
                bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: " ")]
                column = 1
            }
            bytes.append(byte)
            column += 1
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func base64(_ value: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: value.count, by: 3) {
            let part = value[start..<min(start + 3, value.count)]
            var number = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
            number <<= 8
            for place in 0..<4 {
                text.append(place <= part.count ? digits[number >> (26 - 6 * place) & 63] : "=")
            }
        }
        return text
    }

    /// Fields lie one behind the other inside the file, and a file that is written anew reads the same.
    static func readCSV(_ bytes: UnsafeRawBufferPointer) {
        guard let records = records(bytes) else { return }
        var written: [UInt8] = []
        for fields in records {
            for (index, field) in fields.enumerated() {
                if index > 0 { written.append(UInt8(ascii: ",")) }
                written.append(UInt8(ascii: "\""))
                for byte in field.utf8 {
                    written.append(byte)
                    if byte == UInt8(ascii: "\"") { written.append(byte) }
                }
                written.append(UInt8(ascii: "\""))
            }
            written += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        }
        let again = written.withUnsafeBytes(Self.records)
        precondition(again == records, "records that are written are read as they were")
    }

    /// Nil where a record cannot be read, or a field is no text.
    private static func records(_ bytes: UnsafeRawBufferPointer) -> [[String]]? {
        var reader = CSVReader(bytes)
        var records: [[String]] = []
        var last = 0
        do {
            while try reader.next() {
                precondition(reader.start >= last, "records come one behind the other")
                var texts: [String] = []
                for field in reader.fields {
                    precondition(
                        field.start >= last && field.start <= field.end
                            && field.end <= bytes.count, "fields lie inside the file")
                    last = field.end
                    guard let text = reader.text(field) else { return nil }
                    texts.append(text)
                }
                records.append(texts)
            }
            return records
        } catch {
            let place = reader.place(of: error.offset)
            precondition(place.line > 0 && place.column > 0, "a fault has a place")
            return nil
        }
    }
}
