/// Addresses leave no trace in what is masked, in whatever form they stand there.

import Foundation
import Model
import Testing

struct PseudonymsTests {
    private let pseudonyms = Pseudonyms(
        key: Array(repeating: 7, count: 32), comparedBy: .whole)

    @Test func `the same person has the same pseudonym, however it is spelled`() {
        let one = pseudonyms.pseudonym(of: "ana.torres@contoso.example")
        #expect(one.count == 14 && one.hasPrefix("u:"))
        #expect(pseudonyms.pseudonym(of: "sip:Ana.Torres@Contoso.example") == one)
        #expect(pseudonyms.pseudonym(of: "ana.torre@contoso.example") != one)
        let other = Pseudonyms(
            key: Array(repeating: 8, count: 32), comparedBy: .whole)
        #expect(other.pseudonym(of: "ana.torres@contoso.example") != one)
    }

    @Test(arguments: [
        ("user/%@", "user/%@"), ("sip:%@ moved", "%@ moved"), ("(%@)", "(%@)"),
        ("\"%@\", \"x\"", "\"%@\", \"x\""), ("<a href=\"sip:%@\">%@</a>", "<a href=\"%@\">%@</a>"),
        ("| %@ | lync |", "| %@ | lync |"), ("`%@`", "`%@`"), ("%@.", "%@."),
        ("%@: held", "%@: held"),
        ("why user/%@ --dir .", "why user/%@ --dir ."),
        ("{\"resource\":\"user/%@\"}", "{\"resource\":\"user/%@\"}"),
        ("a\\n%@\\tb", "a\\n%@\\tb"), ("&quot;%@&quot;", "&quot;%@&quot;"), ("'%@'", "'%@'"),
        ("no address at all", "no address at all"),
        ("@", "@"), ("--override moves-percent@7f3c", "--override moves-percent@7f3c"),
    ])
    func `an address is masked in every form`(text: String, masked: String) {
        for name in ["ana@contoso.example", "O.Brien-Smith+x@sub.contoso.example"] {
            let secret = pseudonyms.pseudonym(of: name)
            let result = pseudonyms.masking(text.replacing("%@", with: name))
            #expect(!result.contains("contoso"), "\(result)")
            #expect(result == masked.replacing("%@", with: secret))
        }
    }

    @Test func `a name with a quote is one name, in a shell too`() {
        let secret = pseudonyms.pseudonym(of: "o'brien@contoso.example")
        #expect(pseudonyms.masking("user/o'brien@contoso.example moved") == "user/\(secret) moved")
        #expect(pseudonyms.masking(#"why 'o'\''brien@contoso.example'"#) == "why '\(secret)'")
    }

    /// JSON stays JSON, with the same shape.
    @Test func `masked JSON can be read`() throws {
        let json = #"{"who": ["user/ana@contoso.example", "sip:bo@contoso.example"], "n": 1}"#
        let masked = pseudonyms.masking(json)
        let object = try JSONSerialization.jsonObject(with: Data(masked.utf8)) as? [String: Any]
        #expect((object?["who"] as? [String])?.count == 2)
        #expect(!masked.contains("@"))
    }
}
