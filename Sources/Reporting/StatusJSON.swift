/// How an estate stands, for programs. `docs/reference/plan-format.md` describes it.

package import Model

package enum StatusJSON {
    package static let format = "rehome.status/1"

    package static func encode(_ status: EstateStatus) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", format)
            writer.member("estate", status.name)
            writer.member("at", status.at.rfc3339)
            writer.key("pools")
            writer.array { writer in for row in status.pools { pool(row, &writer) } }
            writer.key("stages")
            writer.array { writer in for row in status.stages { stage(row, &writer) } }
            writer.member("gaps", status.gaps.count)
            writer.key("refusals")
            writer.array(.line) { writer in
                for refusal in status.refusals { writer.value(refusal.rail.rawValue) }
            }
            writer.key("drift")
            writer.array { writer in
                for found in Drift.Class.allCases {
                    guard let count = status.drift[found] else { continue }
                    writer.object(.line) { writer in
                        writer.member("class", found.rawValue)
                        writer.member("count", count)
                    }
                }
            }
            lastRun(status.lastRun, &writer)
            writer.member("inDoubt", status.inDoubt)
            writer.member("setAside", status.setAside)
            writer.member("held", status.heldNow)
            pauses(status, &writer)
        }
        writer.endOfFile()
        return writer.bytes
    }

    private static func pool(_ row: EstateStatus.PoolRow, _ writer: inout JSONWriter) {
        let users = row.residents[.user] ?? 0
        writer.object(.line) { writer in
            writer.member("name", row.pool.name)
            writer.member("state", row.pool.state.rawValue)
            writer.member("product", row.pool.product.rawValue)
            writer.member("users", users)
            writer.member("apps", row.residents.values.reduce(0, +) - users)
            writer.member("arriving", row.arriving)
            writer.member("leaving", row.leaving)
        }
    }

    private static func stage(_ row: EstateStatus.StageRow, _ writer: inout JSONWriter) {
        let standing = row.stage.standing
        writer.object(.line) { writer in
            writer.member("id", row.stage.id)
            writer.member("steps", row.steps)
            writer.member("state", standing.state.rawValue)
            writer.member("for", standing.waitsFor)
            writer.member("since", standing.since?.rfc3339)
            writer.member("releasedBy", standing.releasedBy)
            writer.member("earliest", standing.earliest?.rfc3339)
        }
    }

    private static func lastRun(_ run: Run?, _ writer: inout JSONWriter) {
        writer.key("lastRun")
        guard let run else { return writer.null() }
        writer.object(.line) { writer in
            writer.member("id", run.id.text)
            writer.member("began", run.began.rfc3339)
            writer.member("ended", run.ended?.rfc3339)
            writer.member("outcome", run.outcome?.rawValue)
            writer.member("done", run.counts.done + run.counts.already)
            writer.member("total", run.counts.total)
        }
    }

    private static func pauses(_ status: EstateStatus, _ writer: inout JSONWriter) {
        writer.key("pauses")
        writer.array { writer in
            for (scope, pause) in status.stops.pauses.sorted(by: { "\($0.key)" < "\($1.key)" })
            where pause.isActive(at: status.at) {
                writer.object(.line) { writer in
                    switch scope {
                    case .estate: writer.member("rollout", String?.none)
                    case .rollout(let name): writer.member("rollout", name)
                    }
                    writer.member("reason", pause.reason)
                    writer.member("by", pause.by.description)
                    writer.member("since", pause.since.rfc3339)
                    writer.member("until", pause.until?.rfc3339)
                }
            }
        }
    }
}
