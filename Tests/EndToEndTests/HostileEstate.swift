/// A deployment whose people and apps have the names that somebody gives to see what happens.

import Foundation
import TestSupport

enum HostileEstate {
    /// What goes into an address before the `@`, and into the name of an app.
    static let names = [
        "o'brien\"; DROP TABLE users; --", "\u{1B}[31mred\u{7}", "line\nbreak", "tab\tand\rreturn",
        "\u{202E}gnp.exe", "<img src=x onerror=alert(1)>",
        "</code></details><script>alert(1)</script>",
        "[click](http://evil.example) ![x](http://evil.example/x.png)", "a|b||c", "`code` ``two``",
        "# heading", "- item", "*bold* _em_ ~~gone~~", "%41%00%2e%2e", "back\\slash", "&lt;&#x3c;",
        "$(touch run) `touch run`", "{secret: env:HOME}", "&anchor *alias",
        "e\u{301}\u{1F468}\u{200D}",
        "@everyone and #1", "]]>", "\u{2028}next", "../../etc/passwd", "-rf", "=1+1",
    ]

    /// 320 bytes, the longest address there is (RFC 3696, errata 1690).
    static let longest =
        String(repeating: "l", count: 64) + "@" + String(repeating: "d", count: 255)

    static var users: [String] { names.map { "\($0)@small.example" } + [longest] }

    /// Replaces the people and apps of a small estate.
    static func make(in folder: URL) throws -> SmallEstate {
        let estate = try SmallEstate(in: folder, users: 1)
        let users = users.enumerated().map { number, address in
            [
                "00000000-0000-4000-8000-0000000001" + (number < 10 ? "0\(number)" : "\(number)"),
                address, SmallEstate.old, "True", names[number % names.count], "Sales",
            ]
        }
        try estate.write(
            "users.csv",
            table(
                ["Guid", "SipAddress", "RegistrarPool", "Enabled", "DisplayName", "Department"],
                users))
        let apps = names.map { ["response-groups", $0, SmallEstate.old, $0, "", "", "", $0] }
        try estate.write(
            "apps.csv",
            table(["Kind", "Name", "Pool", "DisplayName", "Address", "From", "To", "Detail"], apps))
        return estate
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        ([header] + rows).map { row in
            row.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",")
        }.joined(separator: "\r\n") + "\r\n"
    }
}
