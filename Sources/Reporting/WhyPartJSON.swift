/// Answers about a pool, a stage or a rail, for tools.

package import Model

package enum WhyPartJSON {
    package static let format = "rehome.why-part/1"

    package static func encode(_ why: WhyPool) -> [UInt8] {
        document("pool/\(why.pool.name)", why.at) { writer in
            writer.member("connection", why.pool.connection)
            writer.member("state", why.pool.state.rawValue)
            writer.member("product", why.pool.product.rawValue)
            writer.member("fqdn", why.pool.fqdn)
            writer.member("site", why.pool.site)
            writer.member("seen", word(why.seen))
            writer.key("gaps")
            writer.array(.line) { for gap in why.gaps { $0.value(gap.reason) } }
            writer.key("placements")
            writer.array(.line) { for name in why.placements { $0.value(name) } }
            counts("residents", why.residents, &writer)
            counts("arriving", why.arriving, &writer)
            counts("leaving", why.leaving, &writer)
            counts("left", why.left, &writer)
            PlanJSON.refusals(why.refusals, &writer)
        }
    }

    package static func encode(_ why: WhyStage) -> [UInt8] {
        document("stage/\(why.stage.id)", why.at) { writer in
            writer.key("stage")
            writer.object { PlanJSON.stage(why.stage, &$0) }
            counts("steps", why.steps, &writer)
        }
    }

    package static func encode(_ why: WhyRail) -> [UInt8] {
        document("rail/\(why.rail.rawValue)", why.at) { writer in
            writer.member("limit", why.limit)
            writer.member("digest", why.digest)
            writer.member("liftable", why.rail.canBeOverridden)
            PlanJSON.refusals(why.refusals, &writer)
        }
    }

    private static func document(
        _ subject: String, _ at: Instant, _ body: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", format)
            writer.member("about", subject)
            writer.member("at", at.rfc3339)
            body(&writer)
        }
        writer.endOfFile()
        return writer.bytes
    }

    private static func word(_ seen: Fact<ObservedPool>) -> String {
        switch seen {
        case .present: "present"
        case .absent: "absent"
        case .unknown: "unknown"
        }
    }

    private static func counts(
        _ name: StaticString, _ counts: [WhyCount], _ writer: inout JSONWriter
    ) {
        writer.key(name)
        writer.array { writer in
            for count in counts {
                writer.object(.line) {
                    $0.member("kind", count.kind.name)
                    $0.member("count", count.count)
                    $0.member("from", count.from)
                    $0.member("to", count.to)
                    $0.member("rule", count.rule)
                }
            }
        }
    }
}
