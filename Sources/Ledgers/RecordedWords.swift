/// The words by which outcomes and consents are recorded, the same in every ledger.

package import Model

extension StepOutcome {
    /// `done`, `underway`, `failed-permanent`, ... with its message or its time.
    package var recorded: (name: String, message: String?, until: Instant?) {
        switch self {
        case .done: ("done", nil, nil)
        case .already: ("already", nil, nil)
        case .conflict(let message): ("conflict", message, nil)
        case .gone: ("gone", nil, nil)
        case .underway(let until): ("underway", nil, until)
        case .failed(let failure): ("failed-\(failure.class.rawValue)", failure.message, nil)
        }
    }

    /// Nil when these are no words of ours.
    package init?(recorded name: String, message: String?, until: Instant?) {
        switch (name, message, until) {
        case ("done", nil, nil): self = .done
        case ("already", nil, nil): self = .already
        case ("conflict", let message?, nil): self = .conflict(message)
        case ("gone", nil, nil): self = .gone
        case ("underway", nil, let until?): self = .underway(until: until)
        case (_, let message?, nil):
            guard name.hasPrefix("failed-"),
                let kind = Failure.Class(rawValue: "\(name.dropFirst(7))")
            else { return nil }
            self = .failed(Failure(kind, message))
        default: return nil
        }
    }

    /// What it leaves of the step.
    package var standing: StepStanding {
        switch self {
        case .done, .already, .conflict, .gone: .settled
        case .underway: .inDoubt
        case .failed(let failure):
            switch failure.class {
            case .transient: .settled
            case .permanent: .setAside(failure.message)
            case .outcomeUnknown: .inDoubt
            }
        }
    }
}

/// How a step stands after its latest outcome.
package enum StepStanding: Hashable, Sendable {
    case settled
    /// It may have happened, or may happen yet.
    case inDoubt
    /// It failed for good, with these words.
    case setAside(String)
}

extension Consent.Subject {
    package var recorded: (subject: String, what: String?) {
        switch self {
        case .override(let rail): ("override", rail.rawValue)
        case .price(let what): ("price", what.rawValue)
        case .unknownPrice(let what): ("unknown-price", what.rawValue)
        case .approval: ("approval", nil)
        case .newLedger: ("new-ledger", nil)
        case .evacuation(let pool): ("evacuation", pool)
        case .attestation(let stated): ("attestation", stated)
        }
    }

    package init?(recorded subject: String, what: String?) {
        switch (subject, what) {
        case ("override", let what?):
            guard let rail = Rail(rawValue: what) else { return nil }
            self = .override(rail)
        case ("price", let what?):
            guard let price = Price.What(rawValue: what) else { return nil }
            self = .price(price)
        case ("unknown-price", let what?):
            guard let price = Price.What(rawValue: what) else { return nil }
            self = .unknownPrice(price)
        case ("approval", nil): self = .approval
        case ("new-ledger", nil): self = .newLedger
        case ("evacuation", let pool?): self = .evacuation(pool)
        case ("attestation", let stated?): self = .attestation(stated)
        default: return nil
        }
    }
}
