/// The only place that names edges: which adapters there are, where the ledger lives, what time it is.

import AdapterEmbedded
import AdapterInventory
import AdapterKamailio
import Adapters
import Callouts
import Execution
import Foundation
import Git
import LedgerSQLite
import Ledgers
import Manifests
import Model
import Reconciliation
import Signing

/// The program's edges for one folder of manifests.
struct Composition: Edges {
    let folder: URL
    /// Where it stands whom gates call.
    let callouts: CalloutsPlace
    /// An id for a ledger that has to be made anew under an Estate that names none.
    private let newLedgerID: String

    init(folder: URL, callouts: CalloutsPlace = .usual) {
        // A write beyond the file-size limit must come back as an error, not end the process.
        signal(SIGXFSZ, SIG_IGN)
        self.folder = folder
        self.callouts = callouts
        newLedgerID = Self.newLedgerID()
    }

    /// Eight hexadecimal digits that no other ledger has.
    static func newLedgerID() -> String { String(UUID().uuidString.prefix(8)).lowercased() }

    /// The adapters of this build.
    static let adapters = AdapterCatalog([
        "embedded": AdapterCatalog.Entry(
            attributes: EmbeddedCatalog.attributeNames, settings: EmbeddedCatalog.settings,
            folding: .whole),
        "inventory": AdapterCatalog.Entry(
            attributes: InventoryCatalog.attributeNames, settings: InventoryCatalog.settings,
            folding: .whole),
        "kamailio": AdapterCatalog.Entry(
            attributes: KamailioCatalog.attributes.map(\.name), settings: KamailioSettings.names,
            secretSettings: KamailioSettings.secretNames, folding: KamailioCatalog.folding,
            judge: KamailioSettings.problems),
    ])

    var catalog: AdapterCatalog { Self.adapters }

    func withAdapter<Result: Sendable>(
        _ connection: Connection, of desired: DesiredState,
        _ body: @Sendable (any Adapter) async throws -> Result
    ) async throws -> Result {
        switch connection.adapter {
        case "embedded":
            do {
                return try await EmbeddedAdapter.with(
                    connection, root: folder, pools: desired.pools, clock: Self.machineTime, body)
            } catch let error as DeploymentError where error.isUnusableFile {
                throw AdapterError.permanent(error.diagnostics[0].message)
            }
        case "inventory":
            return try await InventoryAdapter.with(
                connection, pools: desired.pools, read: Self.reader(of: folder), body)
        case "kamailio":
            return try await KamailioAdapter.with(
                connection, clock: Self.machineTime, randomSeed: Self.randomSeed,
                secret: SecretSource.value(of:), body)
        default:
            throw Complaint(
                "\(connection.location): the adapter \(connection.adapter) is not part of this build",
                hint: "adapters: \(catalog.entries.keys.sorted().joined(separator: ", "))")
        }
    }

    /// Exports are read as list files are: never from outside the repository.
    private static func reader(
        of folder: URL
    ) -> (String) throws(ExportFile.Unreadable) -> Data {
        let source = FolderSource(root: folder)
        return { (path) throws(ExportFile.Unreadable) in
            do throws(FileSourceError) {
                return Data(try source.read(path, limit: exportBytesMax))
            } catch {
                throw ExportFile.Unreadable(
                    message: error.words,
                    hint: "paths are relative to the manifest and stay inside the repository")
            }
        }
    }

    /// An export of a million people has about 200 MB.
    private static let exportBytesMax = 2_000_000_000

    func openLedger(
        _ address: LedgerAddress, for purpose: LedgerPurpose
    ) async throws(LedgerError) -> (any Ledger)? {
        guard address.url.hasPrefix("sqlite:") else {
            throw .storage(
                "the ledger \(address.url) cannot be opened: this build knows ledgers of the form sqlite:PATH"
            )
        }
        let written = String(address.url.dropFirst("sqlite:".count))
        let path = URL(filePath: written, relativeTo: folder).standardizedFileURL.path
        switch purpose {
        case .reading:
            return try await SQLiteLedger.openForReading(at: path, expectedID: address.id)
        case .acting:
            let ledger = try await SQLiteLedger.open(
                at: path, expectedID: address.id, newID: address.id == nil ? newLedgerID : nil,
                at: Self.machineTime())
            return Crashes.wrap(ledger)
        case .beginningAnew:
            let ledger = try await SQLiteLedger.beginAnew(
                at: path, id: address.id ?? newLedgerID, at: Self.machineTime())
            return Crashes.wrap(ledger)
        }
    }

    func judge(
        _ signature: Signature, over text: String, signers: [UInt8]
    ) async throws -> Signature.Verdict {
        try await SSHKeygen().judge(signature, over: text, signers: signers)
    }

    func authors(since revision: String?) async -> Set<String> {
        await GitRepository(holding: folder).authors(since: revision)
    }

    func call(
        _ name: String, about question: CalloutQuestion
    ) async -> CalloutAnswer {
        do {
            let callout = try callouts.callout(name, outside: FolderSource(root: folder))
            let home = ProcessInfo.processInfo.environment["HOME"]
            return try await Caller(home: home, secret: SecretSource.value).ask(callout, question)
        } catch let error as Complaint {
            return CalloutAnswer(.inconclusive, error.message, isOfSomebody: false)
        } catch {
            return CalloutAnswer(
                .inconclusive, "\(callouts.path) cannot be used", isOfSomebody: false)
        }
    }

    /// The embedded deployments' own clock, when they are all there is; else the machine's. Where several
    /// run ahead, the furthest is followed.
    func clock(for desired: DesiredState) async throws -> RunClock {
        var ahead = Duration.zero
        if desired.connections.allSatisfy({ $0.adapter == "embedded" }) {
            let machine = Self.machineTime()
            for connection in desired.connections {
                let estate = try EmbeddedAdapter.estate(of: connection, root: folder)
                // One that cannot be opened has no say; that it cannot is a gap of its observation.
                guard let time = try? EmbeddedAdapter.now(estate: estate, machine: machine)
                else { continue }
                ahead = max(ahead, time - machine)
            }
        }
        return RunClock(
            now: { [ahead] in Self.machineTime() + ahead },
            sleep: { [ahead] until in
                let left = until - (Self.machineTime() + ahead)
                if left > .zero { try await Task.sleep(for: left) }
            })
    }

    func randomSeed() -> UInt64 { Self.randomSeed() }

    @Sendable static func randomSeed() -> UInt64 {
        var random = SystemRandomNumberGenerator()
        return random.next()
    }

    @Sendable static func machineTime() -> Instant {
        Instant(millisecondsSince1970: Int64((Date().timeIntervalSince1970 * 1000).rounded()))
    }

    static var actor: Actor {
        Actor(account: NSUserName(), host: ProcessInfo.processInfo.hostName)
    }

    /// With a label, which proves nothing.
    static func actor(as label: String?) -> Actor {
        var actor = actor
        actor.label = label
        return actor
    }
}

/// Something that a person must mend, said in full.
struct Complaint: Error {
    var message: String
    var hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}

/// Deaths of the process at commits of the ledger, for tests that prove that nothing is lost:
/// `REHOME_KILL=before-commit:3` or `after-commit:3`.
enum Crashes {
    static func wrap(_ ledger: any Ledger) -> any Ledger {
        guard let order = ProcessInfo.processInfo.environment["REHOME_KILL"] else { return ledger }
        let parts = order.split(separator: ":")
        guard parts.count == 2, let number = Int(parts[1]) else { return ledger }
        return CrashingLedger(
            ledger, killBefore: parts[0] == "before-commit" ? number : nil,
            killAfter: parts[0] == "after-commit" ? number : nil,
            kill: {
                kill(getpid(), SIGKILL)
                // Nothing comes after a SIGKILL of oneself.
                while true { pause() }
            })
    }
}
