/// The scripts that every CI calls to look: they change nothing.

enum SharedScripts {
    /// `ci/common.sh`, read in by all others.
    static let common = #"""
        # shellcheck shell=bash
        # What the scripts beside this one share. They read it in; nobody runs it.
        #
        # What the CI knows reaches them in the environment and never in their text: the name of a branch is
        # somebody's free choice, and must not become a command.
        #
        #   REHOME          the program; by default the rehome on the PATH
        #   REHOME_URL      where to fetch it on a runner that has none
        #   REHOME_SHA256   what is fetched must have this digest
        #   REHOME_OUT      where results go; by default out

        set -euo pipefail
        # Plans and snapshots name people.
        umask 077
        cd "$(dirname "${BASH_SOURCE[0]}")/.."
        out=${REHOME_OUT:-out}
        mkdir -p "$out"

        say() { printf 'rehome: %s\n' "$*" >&2; }

        # Finds the program, and names it $rehome.
        find_rehome() {
            rehome=${REHOME:-rehome}
            if command -v "$rehome" >/dev/null; then return; fi
            if [ -z "${REHOME_URL:-}" ] || [ -z "${REHOME_SHA256:-}" ]; then
                say "there is no '$rehome' on this runner: install it, or set REHOME_URL and REHOME_SHA256"
                exit 1
            fi
            mkdir -p .rehome
            rehome=$PWD/.rehome/rehome
            curl --fail --silent --show-error --location --retry 3 --output "$rehome" --url "$REHOME_URL"
            if ! printf '%s  %s\n' "$REHOME_SHA256" "$rehome" | sha256sum --check --status -; then
                say "what $REHOME_URL holds is not what REHOME_SHA256 says: compare both with the release"
                exit 1
            fi
            chmod 700 "$rehome"
        }

        # Names from a deployment come by here, and none must be taken for a command by what reads the log.
        tame() { sed -u -e 's/##/# #/g' -e 's/^\([[:space:]]*\)::/\1: :/'; }

        # Runs rehome with all that it says in the log, and ends as it ended.
        run() { "$rehome" "$@" 2>&1 | tame; }

        # summary FILE: a page of Markdown into the log, and where the CI shows such pages.
        summary() {
            tame <"$1"
            if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$1" >>"$GITHUB_STEP_SUMMARY"; fi
            if [ -n "${TF_BUILD:-}" ]; then
                printf '##vso[task.uploadsummary]%s\n' "$(realpath "$1")"
            fi
        }

        # answer NAME VALUE: for the conditions of later jobs.
        answer() {
            if [ -n "${GITHUB_OUTPUT:-}" ]; then printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; fi
            if [ -n "${TF_BUILD:-}" ]; then
                printf '##vso[task.setvariable variable=%s;isOutput=true]%s\n' "$1" "$2"
            fi
        }

        """#

    /// `ci/review.sh`
    static let review = #"""
        #!/usr/bin/env bash
        # What a change would do, for those who review it: a plan over the last snapshot, out/review.md. It
        # reaches nothing and needs neither credentials nor the ledger: let it run where there are none.
        #
        #   REHOME_BASE       the commit that the change is compared with
        #   REHOME_SNAPSHOT   no: there are no snapshots; the change is validated and not planned

        # shellcheck source-path=SCRIPTDIR source=common.sh
        . "$(dirname "$0")/common.sh"
        find_rehome
        snapshot=$out/snapshot.json
        review=$out/review.md

        status=0
        "$rehome" validate . >"$out/validate.txt" 2>&1 || status=$?
        tame <"$out/validate.txt"
        if [ "$status" != 0 ]; then
            {
                printf '### rehome: the manifests are not valid\n\n'
                head -c 50000 "$out/validate.txt" | sed 's/^/    /'
            } >"$review"
            summary "$review"
            exit "$status"
        fi

        if [ "${REHOME_SNAPSHOT:-}" = no ]; then
            {
                printf '### rehome: the manifests are valid\n\n'
                printf 'What they would do is planned after the merge.\n'
            } >"$review"
            summary "$review"
            exit 0
        fi
        if [ ! -s "$snapshot" ]; then
            {
                printf '### rehome: not planned, for want of a snapshot\n\n'
                printf 'The manifests are valid. Run the drift job on the main branch: it takes the '
                printf 'snapshot that a review plans over. Then run this one again.\n'
            } >"$review"
            summary "$review"
            exit 1
        fi

        arguments=(plan . --observed "$snapshot" --detailed-exitcode -o markdown --out "$review")
        if [ -n "${REHOME_BASE:-}" ]; then arguments+=("--base=$REHOME_BASE"); fi
        said=$("$rehome" "${arguments[@]}" 2>&1) || status=$?
        printf '%s\n' "$said" | tame
        case $status in
            0 | 2) status=0 ;;
            4) say "a rail refuses this plan: it could not be applied after a merge" ;;
            *) exit "$status" ;;
        esac
        # How old the snapshot is belongs on the page too.
        printf '%s\n' "$said" | sed -n 's/^note: planned over/\nPlanned over/p' >>"$review"
        summary "$review"
        exit "$status"

        """#

    /// `ci/plan.sh`
    static let plan = #"""
        #!/usr/bin/env bash
        # What would be done now, for whoever approves it: one look at what is there, and the plan of it as
        # a page, out/plan.md, and as out/plan.json. What apply.sh may do is what this file holds, no more.
        #
        #   REHOME_SNAPSHOT   no: the policy masks people in files; apply.sh then takes the digest alone

        # shellcheck source-path=SCRIPTDIR source=common.sh
        . "$(dirname "$0")/common.sh"
        find_rehome
        rm -f "$out/plan.json" "$out/plan.digest"

        status=0
        if [ "${REHOME_SNAPSHOT:-}" = no ]; then
            run plan . --detailed-exitcode -o markdown --out "$out/plan.md" || status=$?
        else
            # Both are made of one look, or they could be two plans.
            run observe . --out "$out/seen.json"
            run plan . --observed "$out/seen.json" -o json --out "$out/plan.json"
            run plan . --observed "$out/seen.json" --detailed-exitcode -o markdown --out "$out/plan.md" ||
                status=$?
            rm -f "$out/seen.json"
        fi
        case $status in
            0 | 2 | 4) ;;
            *) exit "$status" ;;
        esac
        sed -n 's/^Plan .\([0-9a-f]\{64\}\)[^0-9a-f].*/\1/p' "$out/plan.md" >"$out/plan.digest"
        summary "$out/plan.md"
        case $status in
            0) answer work no ;;
            2) answer work yes ;;
            4)
                say "a rail refuses this plan: change the manifests, or lift the rail by hand"
                exit 4
                ;;
        esac

        """#
}
