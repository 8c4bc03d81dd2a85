/// What `init` says: what it wrote, what it left, and what a person does next.

import Reporting
import Scaffold

struct InitPage {
    let site: BuildingSite
    /// The words after `rehome init` that say it again.
    let arguments: [String]
    /// Manifests that were there before.
    let foreign: [String]
    /// A ledger that lies where a CI cleans up, if it does.
    var ledgerIsInCheckout: String?
    private var written: [Scaffold.File] = []
    private var left: [String] = []

    init(site: BuildingSite, arguments: [String], foreign: [String]) {
        self.site = site
        self.arguments = arguments
        self.foreign = foreign
    }

    mutating func note(_ file: Scaffold.File, _ outcome: BuildingSite.Outcome) {
        switch outcome {
        case .written: written.append(file)
        case .same: break
        case .left: left.append(file.path)
        }
    }

    func text(for scaffold: Scaffold) -> String {
        let lines = opening(scaffold) + leftAsItIs() + warnings(scaffold) + next(scaffold)
        return lines.map { $0 + "\n" }.joined()
    }

    private func opening(_ scaffold: Scaffold) -> [String] {
        guard !written.isEmpty else { return ["Nothing to write: all of it is there"] }
        let margin = written.map(\.path.count).max() ?? 0
        let place = site.name == "." ? "" : " into \(Escaped.text(site.name))"
        return [
            "Wrote \(Words.count(written.count, "file")) for the estate \(scaffold.name)\(place)"
        ]
            + written.map { file in
                let gap = String(repeating: " ", count: margin - file.path.count + 2)
                return "  \(file.path)\(gap)\(file.purpose)"
            }
    }

    private func leftAsItIs() -> [String] {
        var lines: [String] = []
        if !left.isEmpty {
            let command = (["rehome", "init"] + arguments + ["--diff"]).map(Escaped.shell)
            lines += ["Left as \(left.count == 1 ? "it is" : "they are"): \(Words.list(left))"]
            let lack = left.count == 1 ? "it lacks" : "they lack"
            lines += ["  what \(lack), as a patch: \(command.joined(separator: " "))"]
        }
        if let first = foreign.first {
            let others = foreign.count == 1 ? "" : " and \(foreign.count - 1) more"
            lines += ["Wrote no manifests: \(Escaped.text(first))\(others) are there already"]
        }
        return lines
    }

    private func warnings(_ scaffold: Scaffold) -> [String] {
        guard let url = ledgerIsInCheckout else { return [] }
        return [
            "warning: the Estate has its ledger at \(Escaped.text(url)), which a CI throws away",
            "  hint: before the first apply, put it elsewhere: sqlite:/var/lib/rehome/\(scaffold.name).db",
        ]
    }

    private func wrote(_ path: String) -> Bool { written.contains { $0.path == path } }

    private func next(_ scaffold: Scaffold) -> [String] {
        guard !written.isEmpty else { return [] }
        let dir = site.name == "." ? "" : " \(Escaped.shell(site.name))"
        var steps: [String] = []
        if site.workTree == nil { steps.append("make it a repository: git init\(dir)") }
        if wrote("deployment.yaml") {
            steps += [
                "fill in deployment.yaml: rehome validate\(dir), then rehome plan\(dir)",
                "write down who is where today: rehome export\(dir)",
            ]
        }
        if wrote(".githooks/pre-commit") {
            let below = site.pathInWorkTree
            let hooks = Escaped.shell(below.isEmpty ? ".githooks" : below + "/.githooks")
            steps.append("validate what is committed: git config core.hooksPath \(hooks)")
        }
        steps.append(
            scaffold.hosts.isEmpty
                ? "have changes reviewed and applied by a CI: rehome init\(dir) --ci github"
                : "set up the runner, the approval and the ledger: ci/README.md says how")
        return ["Next"] + steps.enumerated().map { "  \($0 + 1). \($1)" }
    }
}
