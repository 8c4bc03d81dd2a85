/// The part of a snapshot that comes from the ledger and from adapters: what is settled, in doubt, set
/// aside, agreed to, held; and what each connection can do.

extension JSONWriter {
    mutating func memory(_ memory: Memory) {
        object { writer in
            writer.member("isAtHand", memory.isAtHand)
            writer.member("ledger", memory.ledgerID)
            writer.list("settled", memory.homes.sorted { $0.key < $1.key }) { writer, homes in
                writer.settled(homes.key, homes.value)
            }
            writer.list("bound", memory.bound.sorted { $0.key < $1.key }) { writer, bound in
                writer.bound(bound.key, bound.value)
            }
            writer.list("inDoubt", memory.inDoubt) { $0.intended($1) }
            writer.list(
                "setAside", memory.setAside.sorted { $0.key.description < $1.key.description }
            ) { writer, aside in
                writer.object(.line) { writer in
                    writer.member("step", aside.key)
                    writer.member("message", aside.value.message)
                    writer.member("since", aside.value.since.rfc3339)
                }
            }
            writer.texts("rolledBack", memory.rolledBack.map(\.description).sorted())
            writer.list("consents", memory.consents) { $0.consent($1) }
            writer.list(
                "endorsed", memory.endorsed.sorted { $0.key.description < $1.key.description }
            ) { writer, endorsed in
                writer.object(.line) { writer in
                    writer.member("step", endorsed.key)
                    writer.texts("by", endorsed.value.sorted())
                }
            }
            writer.vouched(memory.vouched)
            writer.stops(memory.stops)
            writer.journey(memory.journey)
            writer.retirements(memory.retirements)
        }
    }

    /// Written only where somebody approved something.
    private mutating func vouched(_ vouched: [String: Set<String>]) {
        guard !vouched.isEmpty else { return }
        list("vouched", vouched.sorted { $0.key < $1.key }) { writer, statement in
            writer.object(.line) { writer in
                writer.member("statement", statement.key)
                writer.texts("by", statement.value.sorted())
            }
        }
    }

    private mutating func settled(_ connection: String, _ homes: SettledHomes) {
        object { writer in
            writer.member("connection", connection)
            writer.texts("pools", homes.pools.values)
            writer.texts("formers", homes.formers.values)
            writer.texts("placements", homes.placements.values)
            writer.key("homes")
            writer.array { writer in
                for row in 0..<homes.count {
                    writer.array(.line) { writer in
                        writer.value(homes.table.kind(at: row).name)
                        homes.table.withName(at: row) { writer.value($0) }
                        homes.withOwnID(at: row) { writer.value($0) }
                        writer.value(Int(homes.pools.code(at: row)))
                        writer.value(Int(homes.formers.code(at: row)))
                        writer.value(Int(homes.placements.code(at: row)))
                        writer.value(homes.bySelection(at: row))
                        writer.value(homes.movedByUs(at: row))
                    }
                }
            }
        }
    }

    private mutating func bound(_ connection: String, _ ids: BoundIDs) {
        object { writer in
            writer.member("connection", connection)
            writer.key("ids")
            writer.array { writer in
                for row in 0..<ids.count {
                    writer.array(.line) { writer in
                        writer.value(ids.table.kind(at: row).name)
                        ids.table.withName(at: row) { writer.value($0) }
                        ids.withOwnID(at: row) { writer.value($0) }
                    }
                }
            }
        }
    }

    private mutating func intended(_ step: IntendedStep) {
        object(.line) { writer in
            writer.member("run", step.run.text)
            writer.member("batch", step.batch)
            writer.member("connection", step.connection)
            writer.member("step", step.move.step)
            writer.member("resource", "\(step.move.resource)")
            writer.member("id", step.move.ownID)
            writer.member("from", step.move.from)
            writer.member("to", step.move.to)
            writer.member("placement", step.placement)
            writer.member("bySelection", step.bySelection)
            writer.member("attempt", step.attempt)
            writer.member("at", step.at.rfc3339)
            writer.member("deadline", step.deadline.rfc3339)
            writer.member("repeatable", step.repeatable)
        }
    }

    private mutating func consent(_ consent: Consent) {
        object(.line) { writer in
            switch consent.subject {
            case .override(let rail): writer.member("override", rail.rawValue)
            case .price(let what): writer.member("price", what.rawValue)
            case .unknownPrice(let what): writer.member("unknownPrice", what.rawValue)
            case .approval: writer.member("approval", true)
            case .newLedger: writer.member("newLedger", true)
            case .evacuation(let pool): writer.member("evacuation", pool)
            case .attestation(let stated): writer.member("attestation", stated)
            }
            writer.member("digest", consent.digest)
            writer.member("reason", consent.reason)
            writer.actor(consent.by)
            writer.member("at", consent.at.rfc3339)
        }
    }

    mutating func actor(_ actor: Actor) {
        key("by")
        object(.line) { writer in
            writer.member("account", actor.account)
            writer.member("host", actor.host)
            if let label = actor.label { writer.member("label", label) }
        }
    }

    private mutating func stops(_ stops: Stops) {
        list("held", stops.held.sorted { "\($0.key)" < "\($1.key)" }) { writer, held in
            writer.object(.line) { writer in
                writer.member("resource", "\(held.value.resource)")
                writer.member("reason", held.value.reason)
                writer.member("owner", held.value.owner)
                writer.member("until", held.value.until?.rfc3339)
                writer.member("since", held.value.since.rfc3339)
            }
        }
        list("pauses", stops.pauses.sorted { "\($0.key)" < "\($1.key)" }) { writer, pause in
            writer.object(.line) { writer in
                if case .rollout(let name) = pause.key { writer.member("rollout", name) }
                writer.member("reason", pause.value.reason)
                writer.actor(pause.value.by)
                writer.member("since", pause.value.since.rfc3339)
                writer.member("until", pause.value.until?.rfc3339)
            }
        }
    }
}

/// What a connection can do.
extension JSONWriter {
    mutating func capabilities(_ able: Capabilities) {
        object { writer in
            writer.member("performs", able.performs)
            writer.member("comparesAndSwaps", able.comparesAndSwaps)
            writer.member("checksFencing", able.checksFencing)
            writer.member("claims", able.claims)
            writer.member("endsWithRunner", able.endsWithRunner)
            writer.list("selectableBy", able.selectableBy) { writer, attribute in
                writer.array(.line) { writer in
                    writer.value(attribute.name)
                    writer.value(attribute.source)
                }
            }
            writer.list("moves", able.moves) { $0.rule($1) }
            writer.texts("probes", able.probes.sorted().map(\.rawValue))
            writer.member("closesPools", able.closesPools)
            writer.member("evacuates", able.evacuates)
        }
    }

    private mutating func rule(_ rule: MoveRule) {
        object { writer in
            writer.member("kind", rule.kind.name)
            writer.texts("from", rule.from.map(\.rawValue).sorted())
            writer.texts("to", rule.to.map(\.rawValue).sorted())
            writer.member("means", rule.means.rawValue)
            writer.member("grain", rule.grain.rawValue)
            writer.list("after", rule.after) { writer, precedence in
                writer.array(.line) { writer in
                    writer.value(precedence.kind.name)
                    writer.value(precedence.scope.rawValue)
                }
            }
            writer.list("costs", rule.costs) { $0.cost($1) }
            writer.list("costsBack", rule.costsBack) { $0.cost($1) }
            writer.member("reversal", rule.reversal.rawValue)
            writer.member("batch", rule.batch)
            writer.member("settles", Int(rule.settles.milliseconds))
            writer.member("repeatable", rule.repeatable)
            writer.member("source", rule.source)
        }
    }

    private mutating func cost(_ cost: MoveRule.Cost) {
        array(.line) { writer in
            writer.value(cost.what.rawValue)
            writer.value(cost.measure == .observed ? "observed" : "one")
            writer.value(cost.detail)
        }
    }
}
