/// The manifests that somebody begins with: they are valid as they are, and say what is to be filled in.

enum ManifestTemplates {
    /// `estate.yaml`
    static let estate = #"""
        @SCHEMA@# Who we are, and which ledger remembers for us. A ledger of another id is refused, and one that is
        # not there is made by `rehome apply --new-ledger` only: a lost one is never taken for a new one.
        apiVersion: rehome.dev/v1
        kind: Estate
        metadata: {name: @NAME@}
        spec:
          zone: @ZONE@
          ledger: {url: "@URL@", id: "@ID@"}

        """#

    /// `deployment.yaml`
    static let deployment = #"""
        @SCHEMA@# How the deployment is reached, and its pools. Fill this in: what ends in .invalid is an example.
        #
        # The adapter `inventory` reads exports and changes nothing: a safe beginning. In PowerShell:
        #   Get-CsUser | Export-Csv -NoTypeInformation -Encoding UTF8 inventory/users.csv
        # To try an apply without servers, take `embedded`: a deployment in a file, made from such an export.
        #   adapter: embedded
        #   settings: {estate: .rehome/main.db, seed: [inventory/users.csv]}
        apiVersion: rehome.dev/v1
        kind: Connection
        metadata: {name: main}
        spec:
          adapter: inventory
          settings: {files: [inventory/users.csv]}
        ---
        # Every pool that people leave or come to. Products: ocs-2007r2, lync-2010, lync-2013, sfb-2015,
        # sfb-2019, sfb-se, teams, kamailio.
        apiVersion: rehome.dev/v1
        kind: Pool
        metadata: {name: old}
        spec: {connection: main, site: main, product: lync-2013, fqdn: old-pool.invalid}
        ---
        apiVersion: rehome.dev/v1
        kind: Pool
        metadata: {name: new}
        spec: {connection: main, site: main, product: sfb-2019, fqdn: new-pool.invalid}

        """#
}
