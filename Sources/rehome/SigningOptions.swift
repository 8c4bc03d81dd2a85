import ArgumentParser
import Foundation
import Manifests
import Model
import Reconciliation
import Signing

/// How an approval is signed.
struct SigningOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Sign with this key of OpenSSH.", valueName: "key"))
    var signWith: String?

    @Flag(help: "Print what is to be signed, and record no approval.")
    var print = false

    @Option(
        help: ArgumentHelp(
            "Record a signature that was made elsewhere over what --print printed.",
            valueName: "file"))
    var signature: String?

    @Option(
        help: ArgumentHelp(
            "Under which name the file of signers lists the key; with --sign-with it is looked up.",
            valueName: "name"))
    var principal: String?

    func validate() throws {
        if [signWith != nil, print, signature != nil].count(where: { $0 }) > 1 {
            throw ValidationError("one of --sign-with, --print and --signature is enough")
        }
        if signature != nil, principal == nil {
            throw ValidationError("--signature wants --principal: whose it is")
        }
        if principal != nil, signature == nil, signWith == nil {
            throw ValidationError("--principal goes with a signature")
        }
    }

    func refuse(beside other: String) throws {
        if signWith != nil || print || signature != nil {
            throw ValidationError(
                "a signature is for a plan or an attestation, and not for \(other)")
        }
    }

    /// The signature over what is approved; nil where none was asked for.
    func signature(
        over statement: String, _ desired: DesiredState, _ workspace: Workspace
    ) async throws -> Signature? {
        if let signature, let principal {
            guard let text = try? String(contentsOfFile: signature, encoding: .utf8) else {
                throw Complaint("\(signature) cannot be read as a signature")
            }
            return Signature(principal: principal, armor: text)
        }
        guard let signWith else { return nil }
        let signers = try Self.signers(desired, workspace)
        let armor = try await SSHKeygen().sign(statement, with: signWith)
        if let principal { return Signature(principal: principal, armor: armor) }
        let names = try await SSHKeygen().principals(of: armor, signers: signers)
        guard names.count == 1, let name = names.first else {
            throw Complaint(
                names.isEmpty
                    ? "the file of signers lists this key under no name"
                    : "the file of signers lists this key under several names: \(names.joined(separator: ", "))",
                hint: names.isEmpty
                    ? "it must be listed in the revision that is applied"
                    : "say which with --principal")
        }
        return Signature(principal: name, armor: armor)
    }

    private static func signers(_ desired: DesiredState, _ workspace: Workspace) throws -> [UInt8] {
        guard let path = desired.policy.approvals.signers else {
            throw Complaint(
                "nobody could tell whose this signature is: the Policy names no signers",
                hint: "name a file of public keys at approvals.signers")
        }
        return try workspace.reconciler.source.read(path, limit: Limits.standard.listBytes)
    }
}
