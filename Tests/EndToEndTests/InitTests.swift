/// A repository that `init` began, through its first weeks: reviewed, merged, approved, applied, watched.

import Foundation
import TestSupport
import Testing

struct InitTests {
    @Test func `what is begun is valid, says what to fill in, and is never written over`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let rehome = try Program(in: folder)
            try rehome("init", "Zürich Voice", "--zone", "Europe/Zurich", expecting: 0)
                .expectOutput("for the estate zurich-voice")
            try rehome("validate", "Zürich Voice", expecting: 0).expectOutput("2 pools")
            try rehome("plan", "Zürich Voice", expecting: 1)
                .expectSentence("deployment.yaml:14:22", "inventory/users.csv is not there")

            let readme = folder.appending(path: "Zürich Voice/README.md")
            try Data("ours\n".utf8).write(to: readme)
            let again = try rehome("init", "Zürich Voice", expecting: 0)
            again.expectOutput("Left as it is: README.md")
            try rehome("init", "Zürich Voice", "--diff", expecting: 0).expectOutput("\n-ours\n+#")
            #expect(try String(contentsOf: readme, encoding: .utf8) == "ours\n")

            try rehome("init", "Zürich Voice", "--ci", "azure", expecting: 0)
                .expectOutput("warning: the Estate has its ledger at sqlite:.rehome/ledger.db")
            try rehome("validate", "Zürich Voice", expecting: 0)
        }
    }

    @Test func `manifests that are there are not joined by others`() async throws {
        try await withTemporaryFolder { folder in
            let estate = try SmallEstate(in: folder)
            try FileManager.default.moveItem(
                at: folder.appending(path: "estate.yaml"), to: folder.appending(path: "all.yaml"))
            let rehome = try Program(in: folder)
            try rehome("init", "--ci", "gitlab", expecting: 0)
                .expectOutput("Wrote no manifests: all.yaml")
            try rehome("validate", expecting: 0).expectOutput("1 placement")
            try rehome("init", "all.yaml", expecting: 1).expectSentence("all.yaml is a file")
            #expect(estate.users == 120)
        }
    }

    @Test func `values that no manifest takes are refused before anything is written`() async throws
    {
        try await withTemporaryFolder { folder in
            let rehome = try Program(in: folder)
            try rehome("init", "a", "--zone", "Mars/Base", expecting: 1)
                .expectSentence("unknown time zone", "Europe/Madrid")
            try rehome("init", "a", "--name", "-a", expecting: 64)
            try rehome("init", "a", "--name", "x}", expecting: 64)
                .expectSentence("--name takes letters")
            try rehome("init", "a", "--ledger", "postgres://db", expecting: 1)
                .expectSentence("sqlite:PATH")
            try FileManager.default.createDirectory(
                at: folder.appending(path: "b/.git"), withIntermediateDirectories: true)
            try rehome("init", "b/c", "--ci", "github", expecting: 1)
                .expectSentence("a CI reads its files at the top", "leave out --ci")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["b"])
        }
    }

    @Test func `a change is reviewed without credentials, approved, applied, and watched`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let forge = try Forge(in: folder)
            let once = ["REHOME_CONFIRM": "1", "GITHUB_STEP_SUMMARY": "\(folder.path)/summary.md"]
            try forge.shell("ci/drift.sh", in: forge.runner, environment: once)

            try forge.shell("git checkout --quiet -b two", in: forge.desk)
            try forge.declare([1, 2])
            try forge.shell("git add . && git commit --quiet -m two", in: forge.desk)
            try review(forge, branch: "two", environment: once)
            try #require(
                try String(contentsOfFile: "\(folder.path)/summary.md", encoding: .utf8)
                    .contains("user1@small.example"))

            try forge.shell(
                "git checkout --quiet main && git merge --quiet two && git push --quiet",
                in: forge.desk)
            try forge.shell("git pull --quiet", in: forge.runner)
            let answers = ["GITHUB_OUTPUT": "\(folder.path)/answers"]
            try forge.shell("ci/plan.sh", in: forge.runner, environment: answers)
            #expect(
                try String(contentsOfFile: "\(folder.path)/answers", encoding: .utf8)
                    == "work=yes\n")
            #expect(try forge.moved().isEmpty)
            try approve(forge)
            #expect(try forge.moved() == [forge.person(1), forge.person(2)])

            try forge.shell("ci/drift.sh", in: forge.runner, environment: once)
            try forge.shell(
                "rehome adapter embedded move user/\(forge.person(1)) old", in: forge.runner)
            try forge.shell(
                "ci/drift.sh", in: forge.runner, environment: ["REHOME_CONFIRM": "1"], expecting: 2)
            #expect(try forge.result("drift.md", of: forge.runner).contains(forge.person(1)))
            // A job that alarms has its snapshot all the same.
            #expect(try forge.result("snapshot.json", of: forge.runner).contains(forge.person(1)))
        }
    }

    /// Whoever approves may be called whatever he likes.
    private func approve(_ forge: Forge) throws {
        let planted = forge.folder.appending(path: "planted").path
        try forge.shell(
            "ci/apply.sh", in: forge.runner,
            environment: ["REHOME_BRANCH": "main", "REHOME_AS": "-x $(touch \(planted))"]
        ).expectOutput("2 of 2 done")
        #expect(!FileManager.default.fileExists(atPath: planted))
    }

    /// A reviewer that is thrown away: the merge, the snapshot, and nothing else.
    private func review(
        _ forge: Forge, branch: String, environment: [String: String]
    ) throws {
        let reviewer = forge.folder.appending(path: "reviewer")
        try forge.shell("git clone --quiet origin.git reviewer", in: forge.folder)
        try forge.shell(
            "git fetch --quiet ../desk \(branch) && git merge --quiet --no-ff -m merge FETCH_HEAD",
            in: reviewer)
        try forge.shell("mkdir out && cp ../runner/out/snapshot.json out/", in: reviewer)
        var known = environment
        // A branch of rehome that has no `plan --base` yet plans without it.
        if try forge.shell("rehome plan --help", in: reviewer).output.contains("--base") {
            known["REHOME_BASE"] = "HEAD^1"
        }
        let away = forge.folder.appending(path: "away")
        try FileManager.default.moveItem(at: forge.state, to: away)
        try forge.shell("ci/review.sh", in: reviewer, environment: known)
        try FileManager.default.moveItem(at: away, to: forge.state)
        let page = try forge.result("review.md", of: reviewer)
        #expect(page.contains(forge.person(1)), "the review: \(page)")
        #expect(!page.contains(forge.person(3)), "the review: \(page)")
        #expect(page.contains("\n\nPlanned over what was seen at"), "the review: \(page)")
    }

    @Test func `what was added after the review is not applied`() async throws {
        try await withTemporaryFolder { folder in
            let forge = try Forge(in: folder)
            try forge.declare([1])
            try forge.commit("one")
            try forge.shell("git pull --quiet && ci/plan.sh", in: forge.runner)
            try forge.declare([1, 2])
            try forge.commit("two")

            let branch = ["REHOME_BRANCH": "main"]
            try forge.shell("ci/apply.sh", in: forge.runner, environment: branch, expecting: 5)
                .expectSentence("approve the run of the newest commit")
            try forge.shell("git pull --quiet", in: forge.runner)
            try forge.shell("ci/apply.sh", in: forge.runner, environment: branch, expecting: 5)
                .expectSentence("what was reviewed: run ci/plan.sh again")
            #expect(try forge.moved().isEmpty)

            // Where the policy masks people in files there is a digest, and no plan and no snapshot.
            let masked = ["REHOME_SNAPSHOT": "no"]
            try forge.shell("ci/plan.sh", in: forge.runner, environment: masked)
            #expect(try forge.result("plan.digest", of: forge.runner).count == 65)
            try forge.shell("ci/apply.sh", in: forge.runner, environment: branch)
            #expect(try forge.moved() == [forge.person(1), forge.person(2)])
            try forge.shell("rm out/plan.*; ci/apply.sh", in: forge.runner, expecting: 5)
                .expectSentence("there is no out/plan.json")
        }
    }

    @Test func `a job that is cancelled finishes what is in flight, and can be run again`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let forge = try Forge(
                in: folder, users: 100, limits: "concurrency: 1, batch: 1, rate: 300/min")
            try forge.declare(Array(1...20))
            try forge.commit("twenty")
            try forge.shell("git pull --quiet && ci/plan.sh", in: forge.runner)
            // A process of this test inherits that all signals are blocked; a job of a CI does not.
            let unblocked =
                "exec perl -MPOSIX -e 'sigprocmask(SIG_SETMASK, POSIX::SigSet->new); exec @ARGV'"
            try forge.shell(
                "\(unblocked) ci/apply.sh", in: forge.runner, expecting: 143,
                interrupted: CommandLineTool.Interruption(signal: SIGTERM, after: .seconds(1.5)))
            let open = try forge.shell("rehome history -o json", in: forge.runner)
            #expect(!open.output.contains("under way"))
            // What is left of the plan is less than what was approved.
            try forge.shell("ci/apply.sh", in: forge.runner)
            #expect(try forge.moved().count == 20)
        }
    }

    @Test func `a review says what is invalid, what a rail refuses, and that it has no snapshot`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let forge = try Forge(in: folder)
            try forge.shell("ci/review.sh", in: forge.desk, expecting: 1)
                .expectOutput("for want of a snapshot")
            try forge.shell("ci/review.sh", in: forge.desk, environment: ["REHOME_SNAPSHOT": "no"])
                .expectOutput("the manifests are valid")
            let once = ["REHOME_CONFIRM": "1", "REHOME_FORMAT": "junit"]
            try forge.shell("ci/drift.sh", in: forge.runner, environment: once)
            #expect(try forge.result("drift.xml", of: forge.runner).contains("<testsuite"))
            try forge.shell("cp ../runner/out/snapshot.json out/", in: forge.desk)

            try forge.declare(Array(1...20))
            try forge.shell("ci/review.sh", in: forge.desk, expecting: 4)
                .expectOutput("moves-percent")
            try forge.write("new.yaml", "kind: Placement\n::error::planted\n##vso[task.x]\n")
            let log = try forge.shell("ci/review.sh", in: forge.desk, expecting: 3)
            log.expectOutput("    new.yaml:")
            #expect(!log.output.contains("##vso") && !log.output.contains("\n::error"))
            try forge.shell(
                "ci/drift.sh", in: forge.desk, environment: ["REHOME_FORMAT": "pdf"], expecting: 1
            ).expectSentence("REHOME_FORMAT is markdown or junit")
        }
    }

    @Test func `the hook judges what is staged, and nothing else`() async throws {
        try await withTemporaryFolder { folder in
            let forge = try Forge(in: folder)
            try forge.write("new.yaml", "kind: Plazement\n")
            try forge.shell("git commit --quiet -am wrong", in: forge.desk, expecting: 1)
                .expectSentence("new.yaml:1:7", "Plazement", "git add")

            // Mended in the folder is not mended in the commit, and the other way round.
            try forge.shell("git add new.yaml", in: forge.desk)
            try forge.declare([1])
            try forge.shell("git commit --quiet -m wrong", in: forge.desk, expecting: 1)
            try forge.shell("git add new.yaml", in: forge.desk)
            try forge.write("new.yaml", "kind: Plazement\n")
            try forge.shell("cd ci && git commit --quiet -m right", in: forge.desk)
            try forge.shell("git worktree add --quiet ../beside", in: forge.desk)
            let beside = folder.appending(path: "beside")
            try forge.shell(
                "echo 'kind: Plazement' > new.yaml && git commit --quiet -am wrong", in: beside,
                expecting: 1)
            try forge.shell(
                "git commit --quiet --allow-empty -m unseen", in: forge.desk,
                environment: ["REHOME": "rehome-is-not-here"], expecting: 1
            ).expectSentence("there is no 'rehome-is-not-here' on the PATH", "--no-verify")
        }
    }
}
