/// The scripts that run where the ledger is.

enum ActingScripts {
    /// `ci/apply.sh`
    static let apply = #"""
        #!/usr/bin/env bash
        # Applies what plan.sh planned and somebody approved since. What is planned afresh may be less than
        # that; if it is more, nothing is done, and this ends with 5.
        #
        #   REHOME_BRANCH   only its newest commit is applied; without it, whatever is checked out
        #   REHOME_AS       who approved, as a label in the record

        # shellcheck source-path=SCRIPTDIR source=common.sh
        . "$(dirname "$0")/common.sh"
        find_rehome

        if [ -s "$out/plan.json" ]; then
            reviewed=$out/plan.json
        elif [ -s "$out/plan.digest" ]; then
            reviewed=$(cat "$out/plan.digest")
        else
            say "there is no $out/plan.json: run ci/plan.sh, and have its plan reviewed"
            exit 5
        fi

        # An approval may come days later. What was merged since says what is wanted now.
        if [ -n "${REHOME_BRANCH:-}" ]; then
            here=$(git rev-parse HEAD)
            newest=$(git ls-remote origin "refs/heads/$REHOME_BRANCH" | cut -f 1)
            if [ "$here" != "$newest" ]; then
                say "this is commit $here, and $REHOME_BRANCH is at ${newest:-no commit}: nothing was" \
                    "done; approve the run of the newest commit"
                exit 5
            fi
        fi

        # Who cancels the job stops this shell; rehome is told, so that it finishes what is in flight.
        applying=
        trap 'if [ -z "$applying" ]; then exit 143; fi; kill -TERM "$applying" 2>/dev/null || true' INT TERM
        log=$out/log.$$
        mkfifo "$log"
        tame <"$log" &
        reader=$!
        "$rehome" apply . --expect "$reviewed" --yes "--as=${REHOME_AS:-ci}" >"$log" 2>&1 &
        applying=$!
        status=0
        wait "$applying" || status=$?
        while kill -0 "$applying" 2>/dev/null; do
            status=0
            wait "$applying" || status=$?
        done
        wait "$reader" || true
        rm -f "$log"

        case $status in
            5) say "this is not, or not only, what was reviewed: run ci/plan.sh again, and review that" ;;
            8)
                say "some of it waits, and nothing failed: run this again when it is released"
                status=0
                ;;
        esac
        exit "$status"

        """#

    /// `ci/drift.sh`
    static let drift = #"""
        #!/usr/bin/env bash
        # How the world differs from what was asked for; ends with 2 when somebody should know. It also
        # takes the snapshot that reviews plan over, out/snapshot.json. That names everybody on the pools:
        # keep it where only those come who may read the ledger.
        #
        #   REHOME_CONFIRM    looks in a row that must agree before it alarms; by default 3
        #   REHOME_EVERY      the pause between two looks; by default 1m
        #   REHOME_FORMAT     markdown, into out/drift.md; or junit, into out/drift.xml
        #   REHOME_SNAPSHOT   no: take none; a policy that masks people in files allows none

        # shellcheck source-path=SCRIPTDIR source=common.sh
        . "$(dirname "$0")/common.sh"
        find_rehome
        case ${REHOME_FORMAT:=markdown} in
            markdown) report=$out/drift.md ;;
            junit) report=$out/drift.xml ;;
            *)
                say "REHOME_FORMAT is markdown or junit, and not '$REHOME_FORMAT'"
                exit 1
                ;;
        esac
        rm -f "$out/snapshot.json" "$report"

        looked=0
        if [ "${REHOME_SNAPSHOT:-}" != no ]; then
            run observe . --out "$out/snapshot.json" || looked=$?
        fi
        status=0
        {
            "$rehome" drift . "--confirm=${REHOME_CONFIRM:-3}" "--every=${REHOME_EVERY:-1m}" \
                -o "$REHOME_FORMAT" 2>&1 >"$report" | tame >&2
        } || status=$?
        if [ "$REHOME_FORMAT" = markdown ] && [ -s "$report" ]; then summary "$report"; fi
        if [ "$status" = 2 ]; then
            say "see $report: 'rehome why' says more of one, 'rehome accept' agrees, a revert takes back"
        fi
        if [ "$status" = 0 ]; then status=$looked; fi
        exit "$status"

        """#
}
