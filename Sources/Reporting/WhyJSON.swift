/// The answer of `rehome why` for tools.

package import Model

package enum WhyJSON {
    package static let format = "rehome.why/1"

    package static func encode(_ why: Why) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", format)
            writer.member("resource", why.resource.description)
            writer.member("connection", why.connection)
            writer.member("at", why.at.rfc3339)
            writer.key("home")
            home(why.home, &writer)
            writer.key("uid")
            fact(why.ownID, &writer)
            writer.member("formerly", why.formerly?.description)
            writer.key("lastApplied")
            lastApplied(why.lastApplied, &writer)
            writer.key("asked")
            asked(why.asked, &writer)
            writer.key("next")
            next(why.next, &writer)
            others(why.others, &writer)
            history(why.history, &writer)
        }
        writer.endOfFile()
        return writer.bytes
    }

    private static func others(_ others: [Why.Other], _ writer: inout JSONWriter) {
        writer.key("others")
        writer.array { writer in
            for other in others {
                writer.object {
                    $0.member("name", other.name)
                    $0.key("home")
                    home(other.home, &$0)
                }
            }
        }
    }

    private static func history(_ history: [Why.Event], _ writer: inout JSONWriter) {
        writer.key("history")
        writer.array { writer in
            for event in history {
                writer.object(.line) {
                    $0.member("run", event.run.text)
                    $0.member("at", event.at.rfc3339)
                    $0.member("to", event.to)
                    RunJSON.outcome(event.outcome, &$0)
                }
            }
        }
    }

    /// `state` is pool, in-flight, split, absent or unknown, and says which other members count.
    private static func home(_ fact: Fact<Home>, _ writer: inout JSONWriter) {
        writer.object(.line) {
            switch fact {
            case .present(.pool(let pool)):
                $0.member("state", "pool")
                $0.member("pool", pool)
            case .present(.inFlight(let from, let to)):
                $0.member("state", "in-flight")
                $0.member("from", from)
                $0.member("to", to)
            case .present(.split(let pools)):
                $0.member("state", "split")
                $0.key("pools")
                $0.array { for pool in pools { $0.value(pool) } }
            case .absent: $0.member("state", "absent")
            case .unknown(let gap):
                $0.member("state", "unknown")
                $0.member("reason", gap.reason)
            }
        }
    }

    private static func fact(_ fact: Fact<String>, _ writer: inout JSONWriter) {
        writer.object(.line) {
            switch fact {
            case .present(let text):
                $0.member("state", "present")
                $0.member("value", text)
            case .absent: $0.member("state", "absent")
            case .unknown(let gap):
                $0.member("state", "unknown")
                $0.member("reason", gap.reason)
            }
        }
    }

    private static func lastApplied(_ last: Why.LastApplied?, _ writer: inout JSONWriter) {
        guard let last else { return writer.null() }
        writer.object {
            $0.member("pool", last.pool)
            $0.member("former", last.former)
            $0.member("placement", last.placement)
            $0.member("run", last.run?.text)
            $0.member("at", last.at?.rfc3339)
            $0.key("by")
            RunJSON.actor(last.by, &$0)
        }
    }

    private static func asked(_ asked: Why.Asked?, _ writer: inout JSONWriter) {
        guard let asked else { return writer.null() }
        writer.object {
            $0.member("pool", asked.pool)
            $0.member("placement", asked.placement)
            $0.member("bySelection", asked.bySelection)
            $0.member("file", asked.reason?.file)
            $0.member("line", asked.reason?.line)
            $0.member("column", asked.reason?.column)
        }
    }

    private static func next(_ next: Why.Next, _ writer: inout JSONWriter) {
        writer.object { writer in
            switch next {
            case .nothing: writer.member("what", "nothing")
            case .left(let remainder):
                writer.member("what", "left")
                writer.member("because", remainder.because.rawValue)
                writer.member("rule", remainder.rule)
                writer.member("detail", remainder.detail)
                writer.member("since", remainder.since?.rfc3339)
                writer.member("until", remainder.until?.instant.rfc3339)
            case .step(let step):
                writer.member("what", "step")
                members(of: step, &writer)
            }
        }
    }

    private static func members(of step: Why.NextStep, _ writer: inout JSONWriter) {
        writer.member("id", step.id)
        writer.member("action", step.action.rawValue)
        writer.member("from", step.from)
        writer.member("to", step.to)
        writer.member("stage", step.stage)
        writer.member("authorised", step.isAuthorised)
        writer.key("standing")
        writer.object { PlanJSON.standing(step.standing, &$0) }
        writer.key("after")
        writer.array(.line) { for stage in step.after { $0.value(stage) } }
        writer.key("needs")
        writer.array(.line) { for resource in step.needs { $0.value(resource.description) } }
        writer.member("reversible", step.reversal.rawValue)
        writer.key("price")
        PlanJSON.prices(step.price, &writer)
        writer.key("back")
        PlanJSON.prices(step.back, &writer)
        writer.key("refusedBy")
        writer.array(.line) { for rail in step.refusedBy { $0.value(rail.rawValue) } }
    }
}
