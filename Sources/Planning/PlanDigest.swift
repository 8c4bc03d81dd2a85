/// What a plan authorises, as one number: so that what was reviewed is what is applied.

package import Model

extension Plan {
    /// SHA-256 over the steps that this plan authorises and what each rests on: its resource's own id
    /// and home, what its price rests on, and the pools it names. What was only printed is not in it,
    /// and neither are counts, which rails judge anew.
    package func computedDigest() -> String {
        var digest = Digest()
        digest.add(Plan.format)
        var authorised = authorisedSteps
        authorised.sort { $0.id < $1.id }
        for step in authorised {
            digest.add(step.id.bytes)
            switch step.subject {
            case .resource(let row): columns.withOwnID(row) { digest.add($0) }
            case .pool(let pool):
                digest.add(pools[Int(pool)].fqdn)
                stages[Int(step.stage)].retirement?.add(to: &digest)
            }
            for price in prices(of: step) {
                digest.add(price.what.rawValue)
                digest.add(String(describing: price.amount))
            }
        }
        for pool in Set(authorised.flatMap { [$0.from, $0.to].compactMap { $0 } }).sorted() {
            digest.add(pools[Int(pool)].fqdn)
            digest.add(pools[Int(pool)].product?.rawValue ?? "")
        }
        return digest.hex()
    }
}

extension StageRetirement {
    /// Since when the pool is closed and what people stated of it: who approves, approves that. What was
    /// observed and probed is looked at again right before the deed.
    fileprivate func add(to digest: inout Digest) {
        digest.add(fencedAt?.rfc3339 ?? "")
        for line in proof where line.source == .attested {
            digest.add(line.row)
            digest.add(line.words)
        }
    }
}

extension ObservedState {
    /// A digest of all homes that does not hang on the order in which they were read: the sum of one
    /// hash for each record.
    package func digest() -> String {
        var sum: (UInt64, UInt64) = (0, 0)
        for connection in connections {
            for row in 0..<connection.homes.count {
                let id = connection.homes.recordHash(at: row, connection: connection.name)
                sum.0 &+= id.high
                sum.1 &+= id.low
            }
        }
        return StepID(high: sum.0, low: sum.1).description
    }
}
