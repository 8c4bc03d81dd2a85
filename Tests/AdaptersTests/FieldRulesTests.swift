/// The table of `docs/reference/resources.md` and the rules that planning is given, line by line.

import Adapters
import Model
import TestSupport
import Testing

@Suite struct FieldRulesTests {
    @Test(arguments: Kind.allCases)
    func `the reference says of a kind what the rules say`(kind: Kind) throws {
        let reference = try Repository.text("docs/reference/resources.md")
        let line = Self.line(of: kind)
        #expect(
            reference.split(separator: "\n").contains { $0 == line },
            "docs/reference/resources.md, table of ways, should read: \(line)")
        #expect(reference.contains("\n### \(kind.name)\n"), "no section about \(kind.name)")
        let grammar = "\(kind.grammar)"
        #expect(
            reference.split(separator: "\n").contains {
                $0.hasPrefix("| \(grammar) |") && $0.contains("`\(kind.name)`")
            }, "\(kind.name) is not in the line of \(grammar)")
    }

    @Test func `a planted change of a rule would show`() throws {
        let reference = try Repository.text("docs/reference/resources.md")
        let changed = Self.line(of: .voiceRoute).replacing("operator", with: "adapter")
        #expect(!reference.contains(changed))
    }

    @Test func `every example of the page is a name of its kind`() throws {
        let reference = try Repository.text("docs/reference/resources.md")
        for kind in Kind.allCases {
            let section = try #require(reference.split(separator: "\n### \(kind.name)\n").last)
            #expect(section.contains("`\(kind.name)/"), "no example of \(kind.name)")
        }
    }

    @Test(arguments: Kind.allCases)
    func `no way leads past a generation, there or back`(kind: Kind) {
        let apart: [(Product, Set<Product>)] = [
            (.ocs2007r2, [.sfb2015, .sfb2019, .sfbSE]), (.lync2010, [.sfb2019, .sfbSE]),
        ]
        for (old, newer) in apart {
            for new in newer {
                #expect(Self.rule(kind, old, new)?.means == .impossible, "\(old) to \(new)")
                #expect(Self.rule(kind, new, old)?.means == .impossible, "\(new) to \(old)")
            }
        }
        #expect(Self.rule(.user, .ocs2007r2, .lync2010)?.means == .adapter)
        #expect(Self.rule(.user, .lync2010, .sfb2015)?.means == .adapter)
    }

    private static let family = Product.allCases.filter { $0 != .teams && $0 != .kamailio }

    private static func line(of kind: Kind) -> String {
        let lives = family.filter { from in
            family.contains { rule(kind, from, $0)?.means != .impossible }
        }
        // Service addresses are Kamailio's alone.
        let homes = lives.isEmpty ? [.kamailio] : lives
        let within = pairs(homes).compactMap { rule(kind, $0, $1) }
        let means = Set(within.map(\.means)).subtracting([.impossible])
        let forward = pairs(family + [.teams]).filter { $0.direction(to: $1) == .forward }
        let back = pairs(family + [.teams]).filter { $0.direction(to: $1) == .back }
        let cells = [
            "`\(kind.name)`",
            homes.count == 1
                ? homes[0].rawValue
                : "\(homes.first?.rawValue ?? "") to \(homes.last?.rawValue ?? "")",
            means.map(\.rawValue).sorted().joined(separator: ", "),
            rule(kind, .sfb2019, .teams)?.means.rawValue ?? "",
            within.first?.grain == .wholePool ? "whole-pool" : "each",
            (within.first?.after ?? []).map(\.kind.name).joined(separator: ", "),
            prices(forward, of: kind), prices(back, of: kind),
        ]
        return "| \(cells.map { $0.isEmpty ? "–" : $0 }.joined(separator: " | ")) |"
    }

    private static func prices(_ ways: [(Product, Product)], of kind: Kind) -> String {
        let costs = ways.compactMap { rule(kind, $0, $1) }.filter { $0.means != .impossible }
            .flatMap(\.costs).map(\.what)
        return Set(costs).sorted().map(\.rawValue).joined(separator: ", ")
    }

    private static func pairs(_ products: [Product]) -> [(Product, Product)] {
        products.flatMap { from in products.map { (from, $0) } }
    }

    private static func rule(_ kind: Kind, _ from: Product, _ to: Product) -> MoveRule? {
        FieldRules.rule(for: kind, from: from, to: to)
    }
}
