/// Everything that a plan says, in values that can be compared: rows of its columns become words.

import Model

struct PlanFields: Equatable {
    var digest: String
    var asOf: Instant
    var desired: Plan.Desired
    var observed: Plan.Observed
    var summary: Plan.Summary
    var connections: [String]
    var pools: [PlanPool]
    var stages: [Stage]
    var steps: [StepFields]
    var left: [LeftFields]
    var undo: Plan.Undo
    var refusals: [Refusal]
    var findings: [Finding]

    init(_ plan: Plan) {
        digest = plan.digest
        asOf = plan.asOf
        desired = plan.desired
        observed = plan.observed
        summary = plan.summary
        connections = plan.columns.connections
        pools = plan.pools
        stages = plan.stages
        steps = plan.steps.map { StepFields($0, plan) }
        left = plan.left.map { LeftFields($0, plan) }
        undo = plan.undo
        refusals = plan.refusals
        findings = plan.findings
    }
}

struct StepFields: Equatable {
    var step: Step
    var subject: String
    var ownID: String?
    var price: [Price]
    var back: [Price]
    var placement: String
    var reason: SourceLocation?

    init(_ step: Step, _ plan: Plan) {
        self.step = step
        subject = plan.words(of: step.subject)
        if case .resource(let row) = step.subject { ownID = plan.columns.ownID(row) }
        price = plan.prices(of: step)
        back = plan.pricesBack(of: step)
        placement = plan.columns.texts[Int(step.placement)]
        reason = plan.place(step.reason)
        // What was compared in words may stand in other rows.
        self.step.subject = .pool(0)
        self.step.price = 0
        self.step.back = 0
        self.step.placement = 0
        self.step.reason = nil
    }
}

struct LeftFields: Equatable {
    var left: Left
    var subject: String
    var ownID: String?
    var detail: String
    var reason: SourceLocation?

    init(_ left: Left, _ plan: Plan) {
        self.left = left
        subject = plan.words(of: left.subject)
        if case .resource(let row) = left.subject { ownID = plan.columns.ownID(row) }
        detail = plan.columns.texts[Int(left.detail)]
        reason = plan.place(left.reason)
        self.left.subject = .pool(0)
        self.left.detail = 0
        self.left.reason = nil
    }
}
