/// People who reach each other, shown by real requests between accounts that are there for nothing else.

import Adapters
import Model
import SIP

/// One agent that is both ends: it registers the accounts of two pools, and what one sends the other
/// receives. The path is proven by the Via fields that every proxy leaves in a request (RFC 3261 18.2),
/// so that a short cut is not taken for a crossing.
struct SIPProbing: Sendable {
    /// An account for probes, and the servers of the pool that is its home.
    struct Side: Sendable {
        /// The FQDN.
        var pool: String
        var account: SIPAccount
        /// `host:port` of the members, as the dispatcher has them.
        var members: [String]
    }

    let agent: SIPAgent
    let front: SIPEndpoint
    /// How long each answer is waited for.
    let patience: Duration

    private static let lifetime = 60

    /// A check for each direction.
    func messages(_ one: Side, _ other: Side, token: String) async -> [Evidence.Check] {
        await registered([one, other]) {
            [
                await message(from: one, to: other, "\(token)-1"),
                await message(from: other, to: one, "\(token)-2"),
            ]
        }
    }

    /// A check for each direction: a call is set up, acknowledged and ended.
    func calls(_ one: Side, _ other: Side) async -> [Evidence.Check] {
        await registered([one, other]) {
            [await call(from: one, to: other), await call(from: other, to: one)]
        }
    }

    /// Whether an address of an application is answered.
    func application(_ name: String, at address: SIPAddress, as side: Side) async -> Evidence.Check
    {
        let subject = "application \(name)"
        do {
            let answer = try await agent.message(
                from: side.account, to: address, text: "rehome probe", at: front, within: patience)
            return Evidence.Check(
                subject, answer.isSuccess ? .passed : .failed,
                "\(answer.status) \(answer.reason)", took: answer.took)
        } catch {
            return Evidence.Check(subject, .failed, "\(error)")
        }
    }

    /// Whether a server answers OPTIONS.
    func life(of uri: String) async -> Evidence.Check {
        let subject = "OPTIONS to \(uri)"
        do {
            let answer = try await agent.options(
                to: SIPAddress(parsing: uri), within: patience)
            return Evidence.Check(
                subject, answer.isSuccess ? .passed : .failed,
                "\(answer.status) \(answer.reason)", took: answer.took)
        } catch {
            return Evidence.Check(subject, .failed, "\(error)")
        }
    }

    /// Registers the accounts, and takes their bindings away again whatever came of it.
    private func registered(
        _ sides: [Side], _ body: () async -> [Evidence.Check]
    ) async -> [Evidence.Check] {
        var failed: [Evidence.Check] = []
        for side in sides {
            do {
                try await agent.register(
                    side.account, at: front, expires: Self.lifetime, within: patience)
            } catch {
                failed.append(
                    Evidence.Check("registering on \(side.pool)", .failed, "\(error)"))
            }
        }
        let checks = failed.isEmpty ? await body() : failed
        for side in sides {
            // One that stays ends by itself a minute later.
            _ = try? await agent.register(side.account, at: front, expires: 0, within: patience)
        }
        return checks
    }

    private func message(from: Side, to: Side, _ token: String) async -> Evidence.Check {
        let subject = "message from \(from.pool) to \(to.pool)"
        do {
            let answer = try await agent.message(
                from: from.account, to: to.account.address, text: token, at: front,
                within: patience)
            guard answer.isSuccess else {
                return Evidence.Check(subject, .failed, "\(answer.status) \(answer.reason)")
            }
            let received = try await agent.next("MESSAGE", within: patience) { $0.text == token }
            return crossing(subject, received.message, from, to, took: answer.took)
        } catch {
            return Evidence.Check(subject, .failed, "\(error)")
        }
    }

    private func call(from: Side, to: Side) async -> Evidence.Check {
        let subject = "call from \(from.pool) to \(to.pool)"
        do {
            let outcome = try await agent.call(
                from: from.account, to: to.account.address, at: front, within: patience)
            guard outcome.invitation.isSuccess else {
                return Evidence.Check(
                    subject, .failed,
                    "INVITE: \(outcome.invitation.status) \(outcome.invitation.reason)")
            }
            let id = outcome.invitation.message.callID
            let received = try await agent.next("INVITE", within: patience) {
                $0.message.callID == id
            }
            guard let goodbye = outcome.goodbye, goodbye.isSuccess else {
                return Evidence.Check(
                    subject, .failed,
                    "BYE: \(outcome.goodbye.map { "\($0.status) \($0.reason)" } ?? "no answer")")
            }
            _ = try await agent.next("BYE", within: patience) { $0.message.callID == id }
            return crossing(
                subject, received.message, from, to, took: outcome.invitation.took)
        } catch {
            return Evidence.Check(subject, .failed, "\(error)")
        }
    }

    /// Whether a request passed a member of the caller's pool and then one of the callee's.
    private func crossing(
        _ subject: String, _ request: SIPMessage, _ from: Side, _ to: Side, took: Duration
    ) -> Evidence.Check {
        // The last proxy stands first; what stands last is ours.
        let path = request.vias.dropLast().map(\.sentBy).reversed().map { $0 }
        let words = "by \(path.joined(separator: ", "))"
        let all = Set(from.members + to.members)
        guard path.contains(where: all.contains) else {
            return Evidence.Check(
                subject, .inconclusive,
                "it arrived \(words), and no Via names a member of either pool: the path is hidden",
                took: took)
        }
        guard let first = path.firstIndex(where: from.members.contains),
            path[(first + 1)...].contains(where: to.members.contains)
        else {
            return Evidence.Check(
                subject, .failed,
                "it arrived \(words), and not by \(from.pool) and then \(to.pool)", took: took)
        }
        return Evidence.Check(subject, .passed, words, took: took)
    }
}
