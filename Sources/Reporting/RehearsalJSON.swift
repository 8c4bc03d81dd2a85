/// How a rollout would go, for programs. `docs/reference/plan-format.md` describes it.

package import Model

package enum RehearsalJSON {
    package static func encode(_ rehearsal: Rehearsal) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", Rehearsal.format)
            writer.member("estate", rehearsal.estate)
            writer.member("zone", rehearsal.zone.name)
            writer.member("from", rehearsal.from.rfc3339)
            writer.member("to", rehearsal.to.rfc3339)
            writer.member("whole", rehearsal.isWhole)
            writer.member("runs", rehearsal.runs)
            writer.member("moved", rehearsal.moved)
            writer.member("failed", rehearsal.failed)
            writer.list("waves", rehearsal.waves) { writer, wave in
                writer.object { self.wave(wave, &$0) }
            }
            writer.list("deeds", rehearsal.deeds) { writer, deed in
                writer.object(.line) { self.deed(deed, &$0) }
            }
            writer.list("breaks", rehearsal.breaks) { writer, entry in
                writer.object(.line) { self.entry(entry, &$0) }
            }
            writer.list("freezes", rehearsal.freezes) { writer, freeze in
                writer.object(.line) { writer in
                    writer.member("reason", freeze.reason)
                    members(of: freeze.span, &writer)
                }
            }
            writer.list("left", rehearsal.left) { writer, left in
                writer.object(.line) { writer in
                    writer.member("because", left.because.rawValue)
                    writer.member("count", left.count)
                }
            }
            writer.list("assumed", rehearsal.assumptions) { $0.value($1) }
        }
        writer.endOfFile()
        return writer.bytes
    }

    private static func wave(_ wave: Rehearsal.Wave, _ writer: inout JSONWriter) {
        writer.member("wave", wave.name)
        writer.member("members", wave.members)
        writer.member("movedBefore", wave.movedBefore)
        writer.member("moved", wave.moved)
        writer.member("failed", wave.failed)
        writer.member("began", wave.began?.rfc3339)
        writer.member("settled", wave.settled?.rfc3339)
        writer.member("complete", wave.completed?.rfc3339)
        writer.member("soakSeconds", wave.soak.map { Int($0.milliseconds / 1000) })
        spans("moving", wave.moving, &writer)
        writer.member("windowsUsed", wave.hasWindows ? wave.windowsUsed : nil)
        spans("windows", wave.openings, &writer)
        writer.list("waits", wave.waits) { writer, wait in
            writer.object(.line) { writer in
                writer.member("for", wait.cause.rawValue)
                writer.member("message", wait.words)
                members(of: wait.span, &writer)
            }
        }
        writer.list("gates", wave.gates) { writer, gate in
            writer.object(.line) { writer in
                writer.member("gate", gate.gate.name)
                writer.member("side", gate.gate.side.rawValue)
                writer.member("times", gate.times)
            }
        }
    }

    private static func deed(_ deed: Rehearsal.Deed, _ writer: inout JSONWriter) {
        writer.member("at", deed.at.rfc3339)
        writer.member("wave", deed.wave)
        writer.member("message", deed.words)
        writer.member("hint", deed.hint)
    }

    private static func entry(_ entry: Rehearsal.Break, _ writer: inout JSONWriter) {
        writer.member("kind", entry.kind.word)
        writer.member("at", entry.at.rfc3339)
        writer.member("wave", entry.wave)
        writer.member("message", entry.words)
        writer.member("hint", entry.hint)
        writer.member("end", entry.isEnd)
    }

    private static func spans(
        _ key: StaticString, _ spans: [Rehearsal.Span], _ writer: inout JSONWriter
    ) {
        writer.list(key, spans) { writer, span in
            writer.object(.line) { members(of: span, &$0) }
        }
    }

    private static func members(of span: Rehearsal.Span, _ writer: inout JSONWriter) {
        writer.member("from", span.from.rfc3339)
        writer.member("to", span.to.rfc3339)
    }
}
