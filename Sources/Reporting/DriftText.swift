/// How the world drifted, by class: what alarms first, and in full.

package import Model

package enum DriftText {
    /// The whole text.
    ///
    /// - Parameters:
    ///   - drift: what was found, in the order of `Planner.drift`.
    ///   - failOn: classes that alarm besides those that always do.
    ///   - folder: the folder of manifests, as it was named.
    ///   - width: columns of the page.
    ///   - style: whether tones are coloured.
    ///   - limit: how many of a class that does not alarm are named; those that alarm all are.
    /// - Returns: lines, each ended by a line feed.
    package static func render(
        _ drift: [Drift], failOn: Set<Drift.Class>, folder: String, width: Int, style: Style,
        limit: Int
    ) -> String {
        var page = TextPage(width: width, style: style)
        let alarms = drift.count { $0.alarms(failOn: failOn) }
        if drift.isEmpty {
            page.line("No drift: all that is managed is where the manifests ask", .good)
            return page.text
        }
        for isAlarm in [true, false] {
            for found in Drift.Class.allCases {
                let members = drift.filter {
                    $0.class == found && $0.alarms(failOn: failOn) == isAlarm
                }
                guard !members.isEmpty else { continue }
                page.gap()
                page.sentence(
                    "\(found.rawValue)\(isAlarm ? " (alarms)" : ""): \(counts(members)), \(found.meaning)",
                    isAlarm ? .bad : .strong, hanging: 2)
                rows(members, limit: isAlarm ? .max : limit, &page)
            }
        }
        page.gap()
        page.line("Drift: \(summary(drift, alarms: alarms))", .strong)
        next(drift, folder, &page)
        return page.text
    }

    private static func counts(_ drift: [Drift]) -> String {
        Words.counts(drift.reduce(into: [:]) { $0[$1.resource.kind, default: 0] += 1 })
    }

    private static func rows(_ drift: [Drift], limit: Int, _ page: inout TextPage) {
        let shown = drift.prefix(limit)
        page.rows(
            shown.map { drift in
                [
                    .init(Escaped.text(drift.resource.description)), .init(homes(drift)),
                    .init(detail(drift), .faint),
                ]
            }, indent: 2)
        if drift.count > shown.count {
            page.line("and \(Words.number(drift.count - shown.count)) more", .faint, indent: 2)
        }
    }

    private static func detail(_ drift: Drift) -> String {
        let words = drift.detail.map(Escaped.text) ?? ""
        if drift.isConfirmed { return words }
        return words.isEmpty ? "not confirmed" : "not confirmed; \(words)"
    }

    private static func homes(_ drift: Drift) -> String {
        let homes = [
            ("asked", drift.desired), ("last", drift.lastApplied), ("seen", drift.observed),
        ]
        return Words.list(
            homes.compactMap { name, pool in pool.map { "\(name) \(Escaped.text($0))" } })
    }

    private static func summary(_ drift: [Drift], alarms: Int) -> String {
        let counts = Drift.Class.allCases.compactMap { found -> String? in
            let count = drift.count { $0.class == found }
            return count == 0 ? nil : "\(Words.number(count)) \(found.rawValue)"
        }
        let alarm = alarms == 1 ? "1 alarms" : "\(Words.number(alarms)) alarm"
        return "\(Words.list(counts)); \(alarms == 0 ? "nothing alarms" : alarm)"
    }

    private static func next(_ drift: [Drift], _ folder: String, _ page: inout TextPage) {
        let folder = Escaped.shell(folder)
        if let first = drift.first(where: { $0.alarms(failOn: []) }) {
            let resource = Escaped.shell(first.resource.description)
            page.line("look closer: rehome why \(resource) --dir \(folder)", indent: 2)
        }
        if drift.contains(where: { $0.class == .moved || $0.class == .missing }) {
            page.line("agree with it in the manifests: rehome accept \(folder)", indent: 2)
        }
        if drift.contains(where: { $0.class == .pending }) {
            page.line("what an apply would do: rehome plan \(folder)", indent: 2)
        }
    }
}

extension Drift.Class {
    /// In words, after a count.
    fileprivate var meaning: String {
        switch self {
        case .pending: "asked for and not yet done"
        case .moved: "changed by somebody else since rehome settled it"
        case .unmanaged: "asked for by no placement"
        case .unselected: "no longer matching the selection that placed it"
        case .missing: "asked for and not in the deployment"
        case .arrived: "new on a draining pool"
        case .returned: "living on a retired pool"
        case .contested: "two writers want it in different places"
        case .inFlight: "on the way"
        case .held: "left alone by a hold"
        case .unknown: "could not be told"
        }
    }
}

package enum DriftJSON {
    package static let format = "rehome.drift/1"

    /// Every entry, with counts by class and what alarms.
    package static func encode(
        _ drift: [Drift], failOn: Set<Drift.Class>, at time: Instant
    ) -> [UInt8] {
        var writer = JSONWriter(.pretty, reserving: 1024 + 320 * drift.count)
        writer.object { writer in
            writer.member("format", format)
            writer.member("at", time.rfc3339)
            writer.key("summary")
            writer.object { summary(drift, &$0) }
            writer.member("alarms", drift.count { $0.alarms(failOn: failOn) })
            writer.key("drift")
            writer.array { writer in
                for entry in drift {
                    let alarms = entry.alarms(failOn: failOn)
                    writer.object(.line) { members(of: entry, alarms: alarms, &$0) }
                }
            }
        }
        writer.endOfFile()
        return writer.bytes
    }

    private static func summary(_ drift: [Drift], _ writer: inout JSONWriter) {
        func count(_ found: Drift.Class) -> Int { drift.count { $0.class == found } }
        writer.member("pending", count(.pending))
        writer.member("moved", count(.moved))
        writer.member("unmanaged", count(.unmanaged))
        writer.member("unselected", count(.unselected))
        writer.member("missing", count(.missing))
        writer.member("arrived", count(.arrived))
        writer.member("returned", count(.returned))
        writer.member("contested", count(.contested))
        writer.member("in-flight", count(.inFlight))
        writer.member("held", count(.held))
        writer.member("unknown", count(.unknown))
    }

    private static func members(
        of drift: Drift, alarms: Bool, _ writer: inout JSONWriter
    ) {
        writer.member("class", drift.class.rawValue)
        writer.member("alarms", alarms)
        writer.member("confirmed", drift.isConfirmed)
        writer.member("connection", drift.connection)
        writer.member("resource", drift.resource.description)
        writer.member("desired", drift.desired)
        writer.member("lastApplied", drift.lastApplied)
        writer.member("observed", drift.observed)
        writer.member("detail", drift.detail)
    }
}
