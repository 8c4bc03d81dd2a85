/// What a repository of manifests has beside them.

enum RepositoryTemplates {
    /// `.gitignore`
    static let gitignore = #"""
        # What rehome keeps beside the manifests on one machine.
        .rehome/
        # What the scripts in ci write: plans and snapshots name people.
        /out/

        """#

    /// `.githooks/pre-commit`
    static let hook = #"""
        #!/usr/bin/env bash
        # Validates what is about to be committed and not what lies in the folder: a manifest that is half
        # written and not staged stops nobody, and one that is staged with a mistake does not get by.
        #
        # It works once a clone is told to use it:  git config core.hooksPath .githooks
        set -euo pipefail

        rehome=${REHOME:-rehome}
        if ! command -v "$rehome" >/dev/null; then
            echo "rehome: there is no '$rehome' on the PATH to validate what is staged with:" >&2
            echo "  install it, or commit unseen with git commit --no-verify" >&2
            exit 1
        fi

        top=$(git rev-parse --show-toplevel)
        here=$(cd "$(dirname "$0")/.." && pwd -P)
        staged=$(mktemp -d)
        trap 'rm -rf "$staged"' EXIT
        git checkout-index --quiet --all --prefix="$staged/"
        # From here on the copy is a repository of its own, as far as anybody looks.
        # shellcheck disable=SC2046  # names of variables, one word each
        unset $(git rev-parse --local-env-vars)
        mkdir -p "$staged/.git"

        if ! said=$(cd "$staged/${here#"$top"}" && "$rehome" validate . 2>&1); then
            printf '%s\n' "$said" >&2
            echo "rehome: this is about what is staged: mend it, git add it, and commit again" >&2
            exit 1
        fi

        """#
}
