/// Swift files as tidy looks at them: the code alone, with comments and the contents of strings blanked,
/// so that a rule about calls is not broken by a sentence about them.

import Foundation
import TestSupport

struct SourceFile: Sendable {
    /// Relative to the clone: `Sources/Model/Plan.swift`.
    let path: String
    let text: String
    /// As many lines as the text, each without comments and without what strings say.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        var blanker = Blanker(Array(text.utf8))
        code = blanker.blanked().split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// `Model` of `Sources/Model/Plan.swift`.
    var target: Substring {
        path.split(separator: "/").dropFirst().first ?? ""
    }

    var name: String {
        String(path.split(separator: "/").last?.dropLast(".swift".count) ?? "")
    }

    /// Read once for all tests of a run: `Sources` and `Tests`, or a target of them.
    static func all(in folders: [String]) throws -> [SourceFile] {
        try everything.get().filter { file in
            folders.contains { file.path.hasPrefix("\($0)/") }
        }
    }

    private static let everything = Result {
        try ["Sources", "Tests"].flatMap { try Clone.files(in: $0) }
            .filter { $0.hasSuffix(".swift") }
            .map { SourceFile(path: $0, text: try Repository.text($0)) }
    }
}

extension String {
    /// Whether the bytes of another text stand in it; far faster than looking by characters.
    func holds(_ other: String) -> Bool {
        withCString { text in other.withCString { strstr(text, $0) != nil } }
    }
}

/// What git would see of the clone: no build folders, no run-time state.
enum Clone {
    /// Paths relative to the clone, sorted.
    static func files(in folder: String) throws -> [String] {
        let start = folder.isEmpty ? Repository.root : Repository.root.appending(path: folder)
        guard let found = FileManager.default.subpaths(atPath: start.path) else { return [] }
        return found.filter { path in
            path.split(separator: "/").allSatisfy { !isLeftOut($0) }
                && !isFolder(start.appending(path: path))
        }
        .map { folder.isEmpty ? $0 : "\(folder)/\($0)" }.sorted()
    }

    private static func isLeftOut(_ part: Substring) -> Bool {
        part.hasPrefix(".build") || part == ".git" || part == ".rehome"
            || part == "Package.resolved" || part == "__pycache__"
    }

    private static func isFolder(_ url: URL) -> Bool {
        var folder: ObjCBool = false
        return FileManager.default.fileExists(atPath: url.path, isDirectory: &folder)
            && folder.boolValue
    }
}

/// Replaces comments and the contents of string literals by spaces and keeps every line where it is.
/// Interpolations are code, and stay.
private struct Blanker {
    /// Where we are: in code (with how many parentheses open, inside an interpolation), or in a string.
    private enum Place {
        case code(open: Int)
        case string(quotes: Int, hashes: Int)
    }

    private let bytes: [UInt8]
    private var at = 0
    private var out: [UInt8] = []
    private var places: [Place] = [.code(open: 0)]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func blanked() -> String {
        out.reserveCapacity(bytes.count)
        while at < bytes.count {
            switch places.last {
            case .string(let quotes, let hashes): inString(quotes, hashes)
            case .code(let open): inCode(open)
            case nil: places = [.code(open: 0)]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private mutating func inCode(_ open: Int) {
        switch bytes[at] {
        case UInt8(ascii: "/") where sees("//"):
            while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { blank() }
        case UInt8(ascii: "\""), UInt8(ascii: "#"):
            let hashes = bytes[at...].prefix { $0 == UInt8(ascii: "#") }.count
            let quotes = bytes[(at + hashes)...].prefix { $0 == UInt8(ascii: "\"") }.count
            if quotes > 0 {
                let kind = quotes >= 3 ? 3 : 1
                places.append(.string(quotes: kind, hashes: hashes))
                keep(hashes + kind)
            } else {
                keep(1)
            }
        case UInt8(ascii: "("):
            places[places.count - 1] = .code(open: open + 1)
            keep(1)
        case UInt8(ascii: ")") where open == 0 && places.count > 1:
            places.removeLast()
            keep(1)
        case UInt8(ascii: ")"):
            places[places.count - 1] = .code(open: open - 1)
            keep(1)
        default:
            keep(1)
        }
    }

    private mutating func inString(_ quotes: Int, _ hashes: Int) {
        switch bytes[at] {
        case UInt8(ascii: "\\"):
            let marks = String(repeating: "#", count: hashes)
            if sees("\\" + marks + "(") {
                keep(hashes + 2)
                places.append(.code(open: 0))
            } else {
                blank()
                guard sees(marks) else { return }
                for _ in 0...hashes where at < bytes.count { blank() }
            }
        case UInt8(ascii: "\""):
            let end = String(repeating: "\"", count: quotes) + String(repeating: "#", count: hashes)
            if sees(end) {
                keep(quotes + hashes)
                places.removeLast()
            } else {
                blank()
            }
        default:
            blank()
        }
    }

    private func sees(_ text: String) -> Bool { bytes[at...].starts(with: text.utf8) }

    private mutating func keep(_ count: Int) {
        out.append(contentsOf: bytes[at..<min(at + count, bytes.count)])
        at += count
    }

    private mutating func blank() {
        out.append(bytes[at] == UInt8(ascii: "\n") ? bytes[at] : UInt8(ascii: " "))
        at += 1
    }
}
