/// A pool that joins a deployment, before people have been copied to it.

import AdapterEmbedded
import Adapters
import Conformance
import Foundation
import Model
import TestSupport
import Testing

@Suite struct ReplicationTests {
    @Test func `a pool that joins takes nobody until people have been copied to it`() async throws {
        try await withTemporaryFolder { folder in
            var deployment = Deployment(folder: folder)
            deployment.seeds = [
                ("users.csv", "SipAddress,RegistrarPool\nsip:ana@x.example,ocs.north.example\n")
            ]
            deployment.replicationTakes = "10m"
            let all = deployment.pools
            deployment.pools = [all[0], all[1]]
            #expect(try await move(deployment, to: all[1].fqdn) == .done)

            deployment.pools = all
            let outcome = try await move(deployment, from: all[1].fqdn, to: all[2].fqdn)
            guard case .failed(let failure) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(failure.class == .transient)
            #expect(failure.message.contains("the user is not provisioned"))

            deployment.clock.advance(.seconds(599))
            #expect(try await move(deployment, from: all[1].fqdn, to: all[2].fqdn) == outcome)
            deployment.clock.advance(.seconds(1))
            #expect(try await move(deployment, from: all[1].fqdn, to: all[2].fqdn) == .done)
        }
    }

    private func move(
        _ deployment: Deployment, from: String = AdapterFixture.old, to: String
    ) async throws -> StepOutcome {
        try await deployment.with { adapter in
            let move = Move(
                step: StepID(high: 1, low: 1),
                resource: ResourceID(kind: .user, name: "ana@x.example"), ownID: nil, from: from,
                to: to)
            return try await adapter.perform(
                Batch(run: RunID("20260101-000000-0001"), number: 1, moves: [move]),
                deadline: deployment.clock.now + .seconds(60))[0]
        }
    }
}
