/// Lines of a seed that say what people have and to whom they are bound.

import Adapters
import Model

extension SeedHeader {
    func fact(_ texts: [String]) -> Result<SeedLine, Fault> {
        do throws(Fault) {
            switch subject {
            case .relations: return .success(.relation(try relation(texts)))
            case .clients:
                let counts = ClientVersion.mustGoBack(self["version", texts] ?? "")
                return .success(.count(.clients, try address("sipaddress", texts), counts ? 1 : 0))
            case .policies:
                let name = self["name", texts] ?? ""
                let counts = name.isEmpty ? 0 : 1
                return .success(.count(.policies, try address("sipaddress", texts), counts))
            case .meetings, .users, .apps:
                let organizer = try address("organizer", texts)
                return .success(.count(.meetings, organizer, try count("meetings", texts)))
            }
        } catch {
            return .failure(error)
        }
    }

    private func relation(_ texts: [String]) throws(Fault) -> Relation {
        let word = self["relation", texts] ?? ""
        guard let bond = Relation.Bond(rawValue: Address.folded(word)) else {
            let known = Relation.Bond.allCases.map(\.rawValue).joined(separator: ", ")
            throw Fault(
                message: "'\(word)' is no relation", column: columnOf["relation"],
                hint: "relations are \(known)")
        }
        return Relation(
            try resource("resource", texts), bond, of: try resource("other", texts))
    }

    private func resource(_ column: String, _ texts: [String]) throws(Fault) -> ResourceID {
        if let id = ResourceID(self[column, texts] ?? "") { return id }
        return ResourceID(
            kind: .user, name: Address.withoutScheme(try filled(column, texts)))
    }

    private func address(_ column: String, _ texts: [String]) throws(Fault) -> String {
        Address.folded(Address.withoutScheme(try filled(column, texts)))
    }

    private func filled(_ column: String, _ texts: [String]) throws(Fault) -> String {
        let text = self[column, texts] ?? ""
        guard !text.isEmpty else {
            let name = columnOf[column].map { names[$0] } ?? column
            throw Fault(
                message: "\(name) is empty", column: columnOf[column],
                hint: "every line names somebody")
        }
        return text
    }

    private func count(_ column: String, _ texts: [String]) throws(Fault) -> Int {
        let text = self[column, texts] ?? ""
        guard let count = Int(text), count >= 0 else {
            throw Fault(
                message: "Meetings is '\(text)', not a count", column: columnOf[column],
                hint: "leave the line out where nobody counted")
        }
        return count
    }
}
