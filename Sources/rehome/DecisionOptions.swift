import ArgumentParser
import Model
import Reconciliation

/// What a person decides about a gate.
struct DecisionOptions: ParsableArguments {
    @Flag(help: "The gate before the wave, where there is one of that name after it too.")
    var before = false

    @Flag(help: "The gate after the wave.")
    var after = false

    @Flag(help: "Close the gate, whatever is measured.")
    var close = false

    @Flag(help: "Take back what was decided: what is measured counts again.")
    var measured = false

    @OptionGroup var until: UntilOption

    func validate() throws {
        if before, after { throw ValidationError("--before or --after, not both") }
        if close, measured { throw ValidationError("--close or --measured, not both") }
        if measured, until.until != nil {
            throw ValidationError("--until goes with a decision, not with its end")
        }
    }

    var side: GateName.Side? {
        if before { return .before }
        return after ? .after : nil
    }

    func refuse(beside other: String) throws {
        if before || after || close || measured || until.until != nil {
            throw ValidationError(
                "--before, --after, --close, --measured and --until are for a gate, and not for \(other)"
            )
        }
    }

    /// As `refuse`, where the side of a gate has a meaning.
    func refuseDecision(beside other: String) throws {
        if close || measured || until.until != nil {
            throw ValidationError(
                "--close, --measured and --until are for a gate, and not for \(other)")
        }
    }

    /// What is recorded about a gate.
    func deed(about named: NamedGate, in desired: DesiredState) throws -> Instruction.Deed {
        let (id, gate) = try named.resolved(in: desired, on: side)
        if measured { return .decide(id, isOpen: nil, until: nil) }
        if gate.isAttested, !close {
            throw Complaint(
                "the gate \(gate.name) is attested: who opens it says how it was seen",
                hint:
                    "rehome probe --attest \(named.wave)/\(named.name) --how WORDS --until TIME")
        }
        return .decide(id, isOpen: !close, until: try until.instant(in: desired))
    }
}
