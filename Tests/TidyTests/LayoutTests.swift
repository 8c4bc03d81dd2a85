/// Where things lie: the top level, the map of the docs, and that the docs lead somewhere.

import Foundation
import TestSupport
import Testing

struct LayoutTests {
    @Test func `the top level holds what it should and nothing else`() throws {
        let allowed: Set<String> = [
            "Package.swift", "Package.resolved", "Sources", "Tests", "manifests", "docs",
            "README.md", "LICENSE", "Makefile",
        ]
        #expect(
            Set(try Repository.names(in: "")).subtracting(allowed).isEmpty,
            "scripts lie in .ci, pages in docs, estates in manifests")
    }

    @Test func `every page is on the map`() throws {
        let map = try Repository.text("docs/README.md")
        for path in try Clone.files(in: "docs") where path != "docs/README.md" {
            let link = "(\(path.dropFirst("docs/".count)))"
            if path.hasSuffix(".md"), !map.contains(link) {
                Issue.record("docs/README.md does not link \(path)")
            }
        }
    }

    @Test func `every link of a page leads somewhere`() throws {
        for path in try Clone.files(in: "") where path.hasSuffix(".md") {
            let folder = URL(filePath: "/" + path).deletingLastPathComponent()
            for link in links(in: try Repository.text(path)) where !link.contains("://") {
                let parts = link.split(
                    separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let target =
                    parts[0].isEmpty
                    ? path
                    : String(
                        folder.appending(path: String(parts[0])).standardizedFileURL.path
                            .dropFirst())
                guard
                    FileManager.default.fileExists(
                        atPath: Repository.root.appending(path: target).path)
                else {
                    Issue.record("\(path) links \(link), which is not there")
                    continue
                }
                if parts.count == 2, target.hasSuffix(".md"),
                    !anchors(in: try Repository.text(target)).contains(String(parts[1]))
                {
                    Issue.record("\(path) links \(link), and \(target) has no such heading")
                }
            }
        }
    }

    /// So that a listing of a folder tells what is in it, or the walk through the program does.
    @Test func `every file is named by a type in it or stands in the architecture`() throws {
        let architecture = try Repository.text("docs/architecture.md")
        for file in try SourceFile.all(in: ["Sources"]) where !declares(file, file.name) {
            if !architecture.contains("\(file.name).swift") {
                Issue.record(
                    "\(file.path) declares no \(file.name), and docs/architecture.md does not name it"
                )
            }
        }
    }

    @Test func `every file that the architecture names exists`() throws {
        let paths = Set(try Clone.files(in: "Sources").map { $0.dropFirst("Sources/".count) })
        let text = try Repository.text("docs/architecture.md")
        for word in text.split(whereSeparator: { " `()|,\n".contains($0) })
        where word.hasSuffix(".swift") && word.contains("/") {
            #expect(
                paths.contains(word) || paths.contains { "Sources/\($0)" == word },
                "docs/architecture.md names \(word)")
        }
    }

    /// What is committed must mean the same on every machine.
    @Test func `no file speaks of the machine that it was written on`() throws {
        // Put together here, or this file would break its own rule.
        let traces = [
            "/wo" + "rk/", "/ro" + "ot/", "../sha" + "red", "fac" + "ts.md", "/opt/" + "swift",
        ]
        for path in try Clone.files(in: "") {
            // Inventories are data, made by a script that is checked like any other file.
            guard !path.hasSuffix(".csv"), let text = try? Repository.text(path) else { continue }
            for trace in traces where text.holds(trace) {
                Issue.record("\(path) contains \(trace)")
            }
        }
    }

    @Test func `planted links and headings are read`() {
        #expect(links(in: "a [b](c.md) and\n```\n[x](y)\n```\n[d](#e)") == ["c.md", "#e"])
        #expect(anchors(in: "# Who, and `what`?\n## Two words") == ["who-and-what", "two-words"])
    }
}

private func declares(_ file: SourceFile, _ name: String) -> Bool {
    let keywords: Set<Substring> = [
        "struct", "enum", "class", "actor", "protocol", "typealias", "extension",
    ]
    return file.code.contains { line in
        let words = line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
        return zip(words, words.dropFirst()).contains { keywords.contains($0) && $1 == name }
    }
}

/// Targets of the links of a page, outside its code blocks.
private func links(in page: String) -> [String] {
    var inBlock = false
    return page.split(separator: "\n").flatMap { line -> [String] in
        if line.hasPrefix("```") { inBlock.toggle() }
        guard !inBlock else { return [] }
        return line.ranges(of: "](").compactMap { open in
            line[open.upperBound...].firstIndex(of: ")").map {
                String(line[open.upperBound..<$0])
            }
        }
    }
}

/// Headings as their addresses: lower case, words joined by hyphens.
private func anchors(in page: String) -> Set<String> {
    Set(
        page.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
            String(
                line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
                    .filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }
                    .map { $0 == " " ? "-" : $0 })
        })
}
