/// Product generations, and which is older.

/// Which product generation a pool runs. Products form ordered families; across families nothing is
/// older than anything.
///
/// Source: `docs/reference/field.md`, "Generations" (side-by-side paths from OCS 2007 R2 on).
package enum Product: String, Hashable, Sendable, CaseIterable {
    case ocs2007r2 = "ocs-2007r2"
    case lync2010 = "lync-2010"
    case lync2013 = "lync-2013"
    case sfb2015 = "sfb-2015"
    case sfb2019 = "sfb-2019"
    case sfbSE = "sfb-se"
    case teams
    case kamailio

    package enum Family: Hashable, Sendable {
        case communicationsServer
        case kamailio
    }

    package var family: Family {
        switch self {
        case .kamailio: .kamailio
        default: .communicationsServer
        }
    }

    /// Where a move between two products leads; nil across families.
    package func direction(to other: Product) -> Direction? {
        guard family == other.family else { return nil }
        let order = Product.allCases
        guard let here = order.firstIndex(of: self), let there = order.firstIndex(of: other)
        else { return nil }
        if here == there { return .level }
        return here < there ? .forward : .back
    }

    package enum Direction: String, Hashable, Sendable {
        case forward
        case level
        case back
    }
}
