/// The pipeline of GitLab CI, and the script that speaks to GitLab.

enum GitLabTemplates {
    /// `.gitlab-ci.yml`
    static let pipeline = #"""
        # Review of merge requests, apply after a merge, drift on a schedule. What happens is in ci/*.sh.

        stages: [review, plan, apply, drift]

        workflow:
          rules:
            - if: $CI_PIPELINE_SOURCE == "merge_request_event"
            - if: $CI_COMMIT_BRANCH == "@BRANCH@"

        # On a merge request: what would it do? A plan over the last snapshot, linked in the request.
        rehome-review:
          stage: review
          rules:
            - if: $CI_PIPELINE_SOURCE == "merge_request_event"
          # A runner that is thrown away, and never the one with the ledger.
          image: debian:bookworm
          interruptible: true
          timeout: 20 minutes
          variables:
            GIT_DEPTH: "0"
            REHOME_BASE: $CI_MERGE_REQUEST_DIFF_BASE_SHA
          before_script:
            - apt-get update -q
            - >-
              apt-get install -q -y --no-install-recommends
              ca-certificates curl git libsqlite3-0 libyaml-0-2
          script:
            - ci/gitlab.sh snapshot
            - ci/review.sh
          artifacts:
            when: always
            access: developer
            expose_as: rehome review
            paths: [out/review.md]
            expire_in: 1 week

        # After a merge: the plan over what is there, for whoever presses the button of the next job.
        rehome-plan:
          stage: plan
          rules:
            - if: $CI_PIPELINE_SOURCE != "schedule" && $CI_COMMIT_BRANCH == "@BRANCH@"
          # The one runner that has the ledger and reaches the pools: make it a protected one.
          tags: [rehome]
          interruptible: false
          timeout: 1 hour
          script:
            - ci/plan.sh
          artifacts:
            access: developer
            paths: [out/plan.json, out/plan.md, out/plan.digest]
            expire_in: 1 week

        # Applies that plan and nothing beyond it.
        rehome-apply:
          stage: apply
          needs: [rehome-plan]
          rules:
            - if: $CI_PIPELINE_SOURCE != "schedule" && $CI_COMMIT_BRANCH == "@BRANCH@"
              when: manual
              allow_failure: true
          # Protect this environment: who may deploy to it has read the plan.
          environment: production
          # Two applies never overlap.
          resource_group: rehome
          tags: [rehome]
          interruptible: false
          timeout: 12 hours
          variables:
            REHOME_AS: $GITLAB_USER_LOGIN
            REHOME_BRANCH: "@BRANCH@"
          script:
            - ci/apply.sh

        # On a schedule, say every hour: does the world still look as it was asked to? And the snapshot.
        rehome-drift:
          stage: drift
          rules:
            - if: $CI_PIPELINE_SOURCE == "schedule"
          tags: [rehome]
          interruptible: false
          timeout: 1 hour
          variables:
            REHOME_FORMAT: junit
          script:
            - status=0
            - ci/drift.sh || status=$?
            # Also where drift ends with 2.
            - if [ "${REHOME_SNAPSHOT:-}" != no ]; then ci/gitlab.sh keep; fi
            - exit "$status"
          artifacts:
            when: always
            access: developer
            reports:
              junit: out/drift.xml
            expire_in: 1 week

        """#

    /// `ci/gitlab.sh`
    static let script = #"""
        #!/usr/bin/env bash
        # What only GitLab needs: the snapshot lies in the package registry of the project, because a drift
        # job that alarms is a failed one, and GitLab hands out artifacts of pipelines that passed.
        #
        #   ci/gitlab.sh keep       puts out/snapshot.json there
        #   ci/gitlab.sh snapshot   fetches it

        # shellcheck source-path=SCRIPTDIR source=common.sh
        . "$(dirname "$0")/common.sh"
        packages=$CI_API_V4_URL/projects/$CI_PROJECT_ID/packages/generic
        place=$packages/rehome-snapshot/1.0.0/snapshot.json

        # The token goes in by stdin: arguments can be seen by others on the machine.
        ask() {
            printf 'JOB-TOKEN: %s\n' "$CI_JOB_TOKEN" |
                curl --fail --silent --show-error --location --header @- "$@"
        }

        case ${1:-} in
            keep) ask --upload-file "$out/snapshot.json" --url "$place" --output "$out/answer.txt" ;;
            snapshot)
                if ! ask --output "$out/snapshot.json" --url "$place"; then
                    rm -f "$out/snapshot.json"
                    say "there is no snapshot in the package registry: run the scheduled pipeline"
                fi
                ;;
            *)
                say "ci/gitlab.sh knows keep and snapshot, and not '${1:-}'"
                exit 1
                ;;
        esac

        """#
}
