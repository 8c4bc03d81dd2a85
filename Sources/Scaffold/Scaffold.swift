/// The repository that a new user begins with, as files that nobody has written yet.

/// What a repository of manifests consists of on its first day.
///
/// The files are made of these values and of nothing else: no clock, no folder, no chance.
package struct Scaffold: Sendable {
    /// Who runs the jobs: review, apply after a merge, drift on a schedule.
    package enum Host: String, CaseIterable, Sendable {
        case github
        case gitlab
        case azure

        package var title: String {
            switch self {
            case .github: "GitHub"
            case .gitlab: "GitLab"
            case .azure: "Azure"
            }
        }
    }

    /// One file, and in a few words what it is for.
    package struct File: Sendable {
        /// Relative to the folder of manifests.
        package var path: String
        package var text: String
        package var isExecutable = false
        package var purpose: String
    }

    package var name: String
    package var zone: String
    package var ledgerURL: String
    package var ledgerID: String
    /// The branch whose newest commit is what should be.
    package var branch: String
    package var hosts: Set<Host>
    /// The JSON Schema of manifests, for editors; nil writes none.
    package var schema: String?

    package init(
        name: String, zone: String, ledgerURL: String, ledgerID: String, branch: String,
        hosts: Set<Host>, schema: String?
    ) {
        self.name = name
        self.zone = zone
        self.ledgerURL = ledgerURL
        self.ledgerID = ledgerID
        self.branch = branch
        self.hosts = hosts
        self.schema = schema
    }

    /// Where the schema lies, and where the first line of each manifest says that it lies.
    package static let schemaPath = "manifest.schema.json"

    /// The manifests: valid as they are, and to be filled in.
    package var manifests: [File] {
        [
            file("estate.yaml", ManifestTemplates.estate, "who we are, and where the ledger is"),
            file(
                "deployment.yaml", ManifestTemplates.deployment,
                "how the deployment is reached, and its pools: fill this in"),
        ]
    }

    /// Everything beside the manifests, in the order in which one would look at it.
    package var surroundings: [File] {
        var files = [
            file("README.md", ReadmeTemplate.page, "how the team works with all this"),
            file(".gitignore", RepositoryTemplates.gitignore, "what never goes into Git"),
            script(
                ".githooks/pre-commit", RepositoryTemplates.hook,
                "validates what is about to be committed"),
        ]
        if let schema {
            files.append(
                File(
                    path: Self.schemaPath, text: schema, purpose: "lets editors complete and check")
            )
        }
        guard !hosts.isEmpty else { return files }
        for host in Host.allCases where hosts.contains(host) { files += pipelines(of: host) }
        return files + scripts
    }

    private var scripts: [File] {
        var files = [
            file("ci/README.md", JobsTemplate.page(for: hosts), "how the jobs work: set them up"),
            file("ci/common.sh", SharedScripts.common, "what the scripts share"),
            script("ci/review.sh", SharedScripts.review, "plans a change for its reviewers"),
            script("ci/plan.sh", SharedScripts.plan, "plans what was merged, for an approval"),
            script("ci/apply.sh", ActingScripts.apply, "applies what was approved"),
            script("ci/drift.sh", ActingScripts.drift, "looks for drift, and takes the snapshot"),
        ]
        if hosts.contains(.github) {
            files.append(script("ci/github.sh", GitHubTemplates.script, "speaks to GitHub"))
        }
        if hosts.contains(.gitlab) {
            files.append(script("ci/gitlab.sh", GitLabTemplates.script, "speaks to GitLab"))
        }
        return files
    }

    private func pipelines(of host: Host) -> [File] {
        switch host {
        case .github:
            let folder = ".github/workflows"
            return [
                file("\(folder)/rehome-review.yml", GitHubTemplates.review, "on a pull request"),
                file("\(folder)/rehome-apply.yml", GitHubTemplates.apply, "after a merge"),
                file("\(folder)/rehome-drift.yml", GitHubTemplates.drift, "every hour"),
            ]
        case .gitlab:
            return [file(".gitlab-ci.yml", GitLabTemplates.pipeline, "all jobs of GitLab")]
        case .azure:
            return [
                file(".azure-pipelines/rehome.yml", AzureTemplates.pipeline, "all jobs of Azure")
            ]
        }
    }

    private func script(_ path: String, _ template: String, _ purpose: String) -> File {
        var file = file(path, template, purpose)
        file.isExecutable = true
        return file
    }

    private func file(_ path: String, _ template: String, _ purpose: String) -> File {
        File(path: path, text: filled(template), purpose: purpose)
    }

    /// A template with its blanks filled in.
    private func filled(_ template: String) -> String {
        let blanks = [
            "@SCHEMA@": "# yaml-language-server: $schema=\(Self.schemaPath)\n",
            "@NAME@": name, "@ZONE@": zone, "@URL@": ledgerURL, "@ID@": ledgerID,
            "@BRANCH@": branch,
        ]
        // One pass, so that no value is taken for a blank.
        var text = ""
        var rest = template[...]
        while let start = rest.firstIndex(of: "@") {
            text += rest[..<start]
            rest = rest[start...]
            if let (blank, value) = blanks.first(where: { rest.hasPrefix($0.key) }) {
                text += value
                rest = rest.dropFirst(blank.count)
            } else {
                text.append(rest.removeFirst())
            }
        }
        return text + rest
    }
}
