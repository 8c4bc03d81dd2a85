/// Workflows of GitHub Actions, and the script that speaks to GitHub.
///
/// No expression stands in a script: values of the CI reach scripts in the environment only.

enum GitHubTemplates {
    /// `.github/workflows/rehome-review.yml`
    static let review = #"""
        # On a pull request: what would it do? A plan over the last snapshot, as comment and step summary.
        name: rehome review

        # Never pull_request_target: this runs what the pull request brings.
        on:
          pull_request:
            branches: ["@BRANCH@"]

        permissions:
          contents: read

        concurrency:
          group: rehome-review-${{ github.ref }}
          cancel-in-progress: true

        jobs:
          review:
            # A runner that is thrown away, and never the one with the ledger.
            runs-on: ubuntu-latest
            timeout-minutes: 20
            permissions:
              actions: read
              contents: read
              pull-requests: write
            env:
              REHOME_BRANCH: "@BRANCH@"
              REHOME_URL: ${{ vars.REHOME_URL }}
              REHOME_SHA256: ${{ vars.REHOME_SHA256 }}
              REHOME_SNAPSHOT: ${{ vars.REHOME_SNAPSHOT }}
            steps:
              - uses: actions/checkout@v4
                with:
                  # What is checked out is the merge; its first parent is the branch without the change.
                  fetch-depth: 2
                  persist-credentials: false
              - name: Fetch the snapshot
                if: vars.REHOME_SNAPSHOT != 'no'
                env:
                  GH_TOKEN: ${{ github.token }}
                run: ci/github.sh snapshot
              - name: Plan
                env:
                  REHOME_BASE: HEAD^1
                run: ci/review.sh
              - name: Comment
                # A fork has no right to comment; its review stands in the step summary.
                if: >-
                  !cancelled() && hashFiles('out/review.md') != ''
                  && github.event.pull_request.head.repo.full_name == github.repository
                env:
                  GH_TOKEN: ${{ github.token }}
                  PULL_REQUEST: ${{ github.event.pull_request.number }}
                run: ci/github.sh comment

        """#

    /// `.github/workflows/rehome-apply.yml`
    static let apply = #"""
        # After a merge: plan over what is there, wait for approval, apply that plan and nothing beyond it.
        name: rehome apply

        on:
          push:
            branches: ["@BRANCH@"]
          workflow_dispatch:

        permissions:
          contents: read

        jobs:
          plan:
            if: github.ref == 'refs/heads/@BRANCH@'
            # The one runner that has the ledger and reaches the pools.
            runs-on: [self-hosted, rehome]
            timeout-minutes: 60
            env:
              REHOME_SNAPSHOT: ${{ vars.REHOME_SNAPSHOT }}
            outputs:
              work: ${{ steps.plan.outputs.work }}
            steps:
              - uses: actions/checkout@v4
                with:
                  persist-credentials: false
              - name: Plan
                id: plan
                run: ci/plan.sh
              - uses: actions/upload-artifact@v4
                with:
                  name: rehome-plan
                  path: |
                    out/plan.json
                    out/plan.digest
                  if-no-files-found: error
                  retention-days: 7

          apply:
            needs: plan
            if: needs.plan.outputs.work == 'yes'
            # Give this environment required reviewers: who approves it has read the plan above.
            environment: production
            # Two applies never overlap, and none is cut short by the next.
            concurrency:
              group: rehome-apply
              cancel-in-progress: false
            runs-on: [self-hosted, rehome]
            timeout-minutes: 720
            steps:
              # Its credentials stay, to ask whether this is still the newest commit.
              - uses: actions/checkout@v4
              - uses: actions/download-artifact@v4
                with:
                  name: rehome-plan
                  path: out
              - name: Apply
                env:
                  REHOME_AS: ${{ github.triggering_actor }}
                  REHOME_BRANCH: "@BRANCH@"
                run: ci/apply.sh

        """#

    /// `.github/workflows/rehome-drift.yml`
    static let drift = #"""
        # Every hour: does the world still look as it was asked to? And the snapshot that reviews plan over.
        name: rehome drift

        on:
          schedule:
            - cron: "17 * * * *"
          workflow_dispatch:

        permissions:
          contents: read

        concurrency:
          group: rehome-drift
          cancel-in-progress: false

        jobs:
          drift:
            if: github.ref == 'refs/heads/@BRANCH@'
            runs-on: [self-hosted, rehome]
            timeout-minutes: 60
            env:
              REHOME_SNAPSHOT: ${{ vars.REHOME_SNAPSHOT }}
            steps:
              - uses: actions/checkout@v4
                with:
                  persist-credentials: false
              - name: Look
                run: ci/drift.sh
              # Also where drift ends the step above with 2. It names everybody, and whoever may read this
              # repository may fetch it.
              - uses: actions/upload-artifact@v4
                if: ${{ !cancelled() && vars.REHOME_SNAPSHOT != 'no' }}
                with:
                  name: rehome-snapshot
                  path: out/snapshot.json
                  if-no-files-found: error
                  retention-days: 3

        """#

    /// `ci/github.sh`
    static let script = #"""
        #!/usr/bin/env bash
        # What only GitHub needs.
        #
        #   ci/github.sh snapshot   fetches what the last drift job of REHOME_BRANCH saw
        #   ci/github.sh comment    writes out/review.md as the one comment of rehome on PULL_REQUEST

        # shellcheck source-path=SCRIPTDIR source=common.sh
        . "$(dirname "$0")/common.sh"
        export REHOME_BRANCH MARK='<!-- rehome review -->'
        artifacts=repos/$GITHUB_REPOSITORY/actions/artifacts

        # A pull request could upload an artifact of this name too, so only what this repository's own
        # branch uploaded is taken.
        snapshot() {
            local id
            id=$(gh api "$artifacts?name=rehome-snapshot&per_page=100" --jq '
                [.artifacts[] | select(.expired | not) | select(
                    .workflow_run.head_branch == env.REHOME_BRANCH and
                    .workflow_run.head_repository_id == .workflow_run.repository_id)]
                | sort_by(.created_at) | last | .id // empty')
            if [ -z "$id" ]; then
                say "$REHOME_BRANCH has no artifact rehome-snapshot: run the workflow 'rehome drift'"
                return
            fi
            gh api "$artifacts/$id/zip" >"$out/snapshot.zip"
            unzip -p "$out/snapshot.zip" snapshot.json >"$out/snapshot.json"
        }

        comment() {
            local comments=repos/$GITHUB_REPOSITORY/issues id
            printf '%s\n' "$MARK" | cat - "$out/review.md" >"$out/comment.md"
            id=$(gh api --paginate "$comments/$PULL_REQUEST/comments?per_page=100" --jq '
                .[] | select(.user.type == "Bot" and (.body | startswith(env.MARK))) | .id' |
                tail -n 1) || return
            if [ -n "$id" ]; then
                gh api --silent -X PATCH "$comments/comments/$id" -F "body=@$out/comment.md"
            else
                gh api --silent -X POST "$comments/$PULL_REQUEST/comments" -F "body=@$out/comment.md"
            fi
        }

        case ${1:-} in
            snapshot) snapshot ;;
            comment) comment || say "the comment could not be written: read the summary of this run" ;;
            *)
                say "ci/github.sh knows snapshot and comment, and not '${1:-}'"
                exit 1
                ;;
        esac

        """#
}
