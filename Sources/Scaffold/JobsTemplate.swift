/// The page beside the scripts: how the jobs work, and what has to be set up once.

enum JobsTemplate {
    /// `ci/README.md`, with blanks, as every template has them.
    static func page(for hosts: Set<Scaffold.Host>) -> String {
        let setups = Scaffold.Host.allCases.filter(hosts.contains).map(setup)
        return jobs + setups.joined() + ledger
    }

    private static func setup(of host: Scaffold.Host) -> String {
        switch host {
        case .github: github
        case .gitlab: gitlab
        case .azure: azure
        }
    }

    private static let jobs = #"""
        # How the jobs work

        1. Somebody writes where people shall live, and opens a request to merge it.
        2. The review job says what the change would do: who moves, what breaks by it, what the way back
           costs, who is left alone and why. It plans over the last snapshot, and reaches nothing.
        3. After the merge the same is planned over what is there by then, and waits for an approval.
        4. Approved, that plan is applied. What was done meanwhile is left out; if anything was added,
           nothing is done, and the job ends with 5: plan again, and approve that.
        5. Every hour the drift job looks whether the world is still as it was asked to be. It fails when
           somebody should know: `rehome why user/NAME` tells of one person, `rehome accept` agrees with
           what happened, an apply takes up the rest.

        What the jobs do stands in `ci/*.sh`, and can be run anywhere. They are yours: `rehome init`
        never overwrites a file.

        One runner has the ledger and reaches the pools. What runs there must come from `@BRANCH@`: a
        request to merge may change any script and any pipeline. Reviews run elsewhere, with nothing to
        lose; the snapshot that they read names everybody on the pools, and so does a plan. Where the
        policy masks people in files there is no snapshot: set the variable `REHOME_SNAPSHOT` to `no`, and
        changes are validated in the review and planned after the merge.


        """#

    private static let github = #"""
        ## To set up GitHub, once

        - A self-hosted runner with the label `rehome`, with rehome, git and bash on it. Put it into a
          runner group that is open to the workflows `rehome-apply.yml` and `rehome-drift.yml` of
          `@BRANCH@` alone.
        - An environment `production` with required reviewers, and with `@BRANCH@` as its only branch.
        - The variables `REHOME_URL` and `REHOME_SHA256`: a build of rehome for the runner that reviews,
          and its digest.
        - Run the workflow `rehome drift` by hand: reviews plan over the snapshot that it takes. It is an
          artifact, so whoever reads this repository can read it. Never use a public one.


        """#

    private static let gitlab = #"""
        ## To set up GitLab, once

        - A protected runner with the tag `rehome` and the shell executor, with rehome, git, curl and
          bash on it. `@BRANCH@` is a protected branch.
        - A protected environment `production`; without it, whoever may merge may press the button.
        - The variables `REHOME_URL` and `REHOME_SHA256`: a build of rehome for the runner that reviews,
          and its digest.
        - A pipeline schedule on `@BRANCH@`, every hour; start it once. Reviews plan over the snapshot
          that it puts into the package registry, under `rehome-snapshot`. Whoever may read packages can
          read it, and whoever may push a branch could replace it: a review informs, and what is
          applied is planned anew. Let a clean-up policy keep the last few.


        """#

    private static let azure = #"""
        ## To set up Azure Pipelines, once

        - A pipeline of `.azure-pipelines/rehome.yml`; in Azure Repos, as build validation of `@BRANCH@`.
        - An agent pool `rehome` with one agent, with rehome, git and bash on it. Give it the check
          `branch control` with `refs/heads/@BRANCH@`.
        - An environment `production` with the checks `approvals` and `exclusive lock`.
        - The variables `REHOME_URL` and `REHOME_SHA256`: a build of rehome for the agent that reviews,
          and its digest.
        - Run the pipeline by hand: reviews plan over the snapshot that its stage `drift` takes. It is an
          artifact, so whoever may see the pipeline can read it.


        """#

    private static let ledger = #"""
        ## To set up the ledger, once

        The ledger, `@URL@`, is a file on that one runner, outside
        of the checkout, which is cleaned before every job. Make its folder for the account that the
        runner has, readable by nobody else:

            sudo install -d -m 700 -o RUNNER /var/lib/rehome

        Then, as that account and in a clone of its own: `rehome apply --new-ledger --reason "the first
        apply"`. And back it up.

        Never keep it in Git, in a cache or in an artifact: a cache is thrown away when it is old, and two
        jobs would go on from two copies. A ledger that is lost is not made anew in silence: `apply` stops
        and says so. Restore it then. This version of rehome knows ledgers in SQLite files only, so there
        is one runner.

        """#
}
