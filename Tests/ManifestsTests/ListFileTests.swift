/// Lists of people as exports and people make them.

import Foundation
import Manifests
import Model
import TestSupport
import Testing

struct ListFileTests {
    /// The entries of a list with their lines and columns, or what is wrong with it.
    private func entries(_ list: String, under key: String = "users") -> [String] {
        let manifest = pools + placement("madrid", "\(key): [{file: list.csv}]")
        switch load(MemoryFileSource(["estate.yaml": manifest, "list.csv": list])) {
        case .invalid(let diagnostics): return [rendered(diagnostics)]
        case .valid(let desired):
            return (0..<desired.entries.count).map { row in
                let place = desired.entries.location(at: row)
                return "\(desired.entries[row].name) \(place.line):\(place.column)"
            }
        }
    }

    @Test func `one address a line, with comments and blank lines`() {
        let list =
            "# the pilot\n\nana@x.example\n   \n  sip:Bea@x.example  \n\t# bye\ncarl@x.example"
        #expect(
            entries(list) == ["ana@x.example 3:1", "Bea@x.example 5:3", "carl@x.example 7:1"])
    }

    @Test func `a byte order mark and both ends of line change nothing`() {
        let list =
            "\u{FEFF}SipAddress,Name\r\nsip:ana@x.example,Ana\r\n\r\nSIP:bea@x.example,Bea\r\n"
        #expect(entries(list) == ["ana@x.example 2:1", "bea@x.example 4:1"])
    }

    @Test(arguments: ["SipAddress", "sipaddress", "address", "Address", "\"SipAddress\""])
    func `the column is found by its name in any case`(name: String) {
        #expect(entries("Name,\(name)\nAna,ana@x.example\n") == ["ana@x.example 2:5"])
    }

    @Test func `an export of Windows PowerShell begins with a type`() {
        let list = """
            #TYPE Selected.Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser
            "DisplayName","SipAddress","Enabled"
            "Torres, Ana","sip:ana@x.example","True"
            "O""Brien
            Bea","sip:o'brien@x.example","False"

            """
        #expect(entries(list) == ["ana@x.example 3:16", "o'brien@x.example 5:7"])
    }

    @Test func `quotes around an address are taken off and doubled ones halved`() {
        #expect(entries("\"ana@x.example\"\n \"bea@x.example\" \n").count == 2)
        #expect(
            entries("\"a\"\"b@x.example\"\n") == [
                """
                list.csv:1:2: error: "a"b@x.example" is not an address [bad-address]
                    write somebody@contoso.example, with or without sip:

                """
            ])
    }

    @Test func `columns count characters, not bytes`() {
        #expect(
            entries("Name,SipAddress\nÁngel Núñez,ángel@x.example\n") == ["ángel@x.example 2:13"])
    }

    @Test func `an empty list and a header alone are lists of nobody`() {
        #expect(entries("") == [])
        #expect(entries("# nobody\n\n") == [])
        #expect(entries("SipAddress,Name\n") == [])
    }

    @Test func `apps are listed by kind and name`() {
        #expect(
            entries("response-groups/madrid\naccess-number/+34915550100\n", under: "apps")
                == ["madrid 1:1", "+34915550100 2:1"])
        #expect(
            entries("Detail,Resource\nold,response-groups/madrid\n", under: "apps")
                == ["madrid 2:5"])
    }

    @Test func `a file is found beside the manifest that names it`() throws {
        let manifest = placement("madrid", "users: [{file: ../people/a.csv}, {file: ./b.csv}]")
        let source = MemoryFileSource([
            "estate.yaml": pools, "madrid/placement.yaml": manifest,
            "people/a.csv": "ana@x.example", "madrid/b.csv": "bea@x.example",
        ])
        let entries = try load(source).state().entries
        #expect(entries.location(at: 0).file == "people/a.csv")
        #expect(entries.location(at: 1).file == "madrid/b.csv")
    }
}
