/// Snapshots come from other machines: what is broken in them is said, and never believed.

import Model
import Testing

struct SnapshotTests {
    private static let snapshot = {
        var homes = Homes()
        homes.declare(attributes: ["Department"])
        let unread = Gap(kind: .user, fact: "Department", reason: "no \u{202E}column")
        let departments: [Fact<String>] = [
            .present("Sales \"&\" Söhne"), .absent, .unknown(unread),
        ]
        let places: [Fact<Home>] = [
            .present(.pool("old.example")),
            .present(.inFlight(from: "old.example", to: "n.example")),
            .present(.split(["a.example", "b.example"])), .absent, .unknown(unread),
        ]
        for (number, home) in places.enumerated() {
            homes.append(
                ObservedResource(
                    id: ResourceID(kind: .user, name: "o'brien\(number)\u{1B}[31m@x.example"),
                    ownID: number == 1
                        ? .unknown(unread) : number == 2 ? .absent : .present("{\(number)}"),
                    home: home, attributes: ["department": departments[number % 3]],
                    counts: number == 0 ? [.meetings: .present(3), .clients: .absent] : [:]))
        }
        let at = Instant(millisecondsSince1970: 1_800_000_000_123)
        let by = Actor(account: "ana", host: "ops1", label: "night shift")
        let ana = ResourceID(kind: .user, name: "Ana@x.example")
        var memory = Memory(isAtHand: true, ledgerID: "7f3c")
        memory.homes["one", default: SettledHomes(comparedBy: .whole)].append(
            SettledHome(
                resource: ana, ownID: nil, pool: "old.example", former: nil, placement: "p",
                bySelection: true, movedByUs: false))
        memory.bound["one", default: BoundIDs(comparedBy: .whole)].append(
            BoundResource(resource: ana, ownID: "g"))
        memory.setAside[StepID(high: 1, low: 2)] = Memory.SetAside(message: "no", since: at)
        memory.rolledBack = [StepID(high: 3, low: 4)]
        memory.consents = [
            Consent(subject: .override(.capacity), digest: "d", reason: "r", by: by, at: at),
            Consent(subject: .newLedger, digest: "d", reason: "r", by: by, at: at),
            Consent(
                subject: .attestation("one/dns"), digest: "e", reason: "r", by: by, at: at),
        ]
        memory.vouched = ["e": ["ben@contoso.example", "carl@contoso.example"]]
        memory.inDoubt = [
            IntendedStep(
                run: RunID("r1"), batch: 4, connection: "one",
                move: Move(
                    step: StepID(high: 5, low: 6), resource: ana, ownID: "i", from: "a", to: "b"),
                placement: "p", bySelection: false, attempt: 2, at: at, deadline: at,
                repeatable: true)
        ]
        memory.stops.take(
            Instruction(.hold([ana], owner: "jm", until: at), reason: "r", by: by, at: at))
        memory.stops.take(
            Instruction(.pause(.rollout("m"), until: nil), reason: "r", by: by, at: at))
        let start = WaveStart(
            plan: "d", members: 3,
            routes: [WaveRoute(from: "a", fromProduct: "x", to: "b", toProduct: "y")],
            run: RunID("r1"), change: "CHG1")
        for deed: WaveEvent.Deed in [.started(start), .takenBack] {
            memory.journey.take(WaveEvent(WaveID("m", "pilot"), deed, at: at))
        }
        return Snapshot(
            observed: ObservedState(
                connections: [
                    ObservedConnection(
                        name: "one",
                        pools: [ObservedPool(fqdn: "old.example", product: .unknown(unread))],
                        homes: homes,
                        relations: [Relation(ana, .delegate, of: ana)],
                        gaps: [Gap(pool: "old.example", reason: "dead")])
                ], at: at),
            memory: memory, capabilities: [:])
    }()

    @Test func `what is written is read again`() throws {
        let bytes = Self.snapshot.encoded()
        let again = try Snapshot(bytes, comparedBy: .whole)
        #expect(again.encoded() == bytes)
        let homes = again.observed.connections[0].homes
        let old = Self.snapshot.observed.connections[0].homes
        for row in 0..<old.count {
            #expect(homes.home(at: row) == old.home(at: row))
            #expect(homes.ownID(at: row) == old.ownID(at: row))
            #expect(homes.attribute("department")?[row] == old.attribute("department")?[row])
            #expect(homes.count(of: .meetings, at: row) == old.count(of: .meetings, at: row))
            #expect(homes.count(of: .clients, at: row) == old.count(of: .clients, at: row))
        }
        #expect(again.memory.stops.held == Self.snapshot.memory.stops.held)
        #expect(again.memory.bound["one"]?[0].ownID == "g")
        #expect(again.memory.inDoubt == Self.snapshot.memory.inDoubt)
        #expect(again.memory.consents == Self.snapshot.memory.consents)
        #expect(again.memory.vouched == Self.snapshot.memory.vouched)
        // A terminal that shows it obeys nothing in it.
        #expect(!bytes.contains(0x1B))
    }

    @Test func `a snapshot that breaks off anywhere is refused`() {
        let bytes = Self.snapshot.encoded()
        for length in 0..<(bytes.count - 2) {
            #expect(throws: SnapshotError.self) {
                _ = try Snapshot(Array(bytes[..<length]), comparedBy: .whole)
            }
        }
    }

    @Test func `a byte changed anywhere is an error or another snapshot, and never a crash`() {
        let bytes = Self.snapshot.encoded()
        for place in bytes.indices {
            for byte in [UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "]"), 0xFF] {
                var changed = bytes
                changed[place] = byte
                if let other = try? Snapshot(changed, comparedBy: .whole) { _ = other.encoded() }
            }
        }
    }

    @Test func `another format is named`() {
        #expect(throws: SnapshotError.otherFormat(found: "rehome.plan/1")) {
            _ = try Snapshot(Array(#"{"format": "rehome.plan/1"}"#.utf8), comparedBy: .whole)
        }
        #expect(throws: SnapshotError.otherFormat(found: nil)) {
            _ = try Snapshot([], comparedBy: .whole)
        }
    }
}
