/// Counts test cases and what they say, as an XML parser sees them.

import Foundation
import FoundationXML

final class CaseCounter: NSObject, XMLParserDelegate {
    private(set) var count = 0
    private(set) var names: [String] = []

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String] = [:]
    ) {
        guard element == "testcase" else { return }
        count += 1
        names.append(attributes["name"] ?? "")
    }
}
