/// The page for the team: how they work with the repository.

enum ReadmeTemplate {
    /// `README.md`
    static let page = #"""
        # @NAME@

        Who lives on which server pool is declared here, and rehome carries it out. Nobody is moved by
        hand; whoever is, shows up as drift.

        ## To begin

        1. Fill in `deployment.yaml` until `rehome validate` and `rehome plan` are content.
        2. `rehome export` writes down who is where today, in `today/`. `rehome plan` then has nothing
           to do: commit that.
        3. `git config core.hooksPath .githooks`, once in each clone: what is not valid is then not
           committed.
        4. Make the ledger, once, on the machine that it is to stay on:
           `rehome apply --new-ledger --reason "the first apply"`.

        ## To move somebody

        1. Write where they shall live, and say `rehome validate`.
        2. `rehome plan` shows who moves, what breaks by it, what the way back costs, and who is left
           alone and why. It ends with a digest.
        3. Commit it, and let somebody else read the plan.
        4. `rehome apply --expect DIGEST` carries out that plan and nothing beyond it.
        5. `rehome drift` says later whether it still holds. `rehome why user/NAME` tells of one person,
           `rehome accept` agrees with what happened.

        A CI can do 2 to 5 as jobs: `rehome init --ci github` (or `gitlab`, or `azure`) writes them, and
        with them `ci/README.md`, which says how to set them up.

        ## The ledger

        `@URL@` remembers who was moved and what was begun. It is
        never in Git and cannot be made anew: back it up. Without it nobody can tell who was moved by
        somebody else from who is still to be moved. If it is lost, `rehome apply` stops and says so.

        """#
}
