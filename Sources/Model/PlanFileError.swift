/// Why a file is not a plan that can be applied.

/// Each case says in `message` what is wrong with the file, and in `hint` what to do next. The name of
/// the file stands before the message, by whoever read it.
package enum PlanFileError: Error, Hashable, Sendable {
    /// It is JSON of another kind, of a later version, or no JSON at all.
    case otherFormat(found: String?)
    /// It ends in the middle: a full disk, or a copy that broke off.
    case truncated
    /// It says that it is a plan, and something in it cannot be read.
    case malformed(line: Int, column: Int, expected: String)
    /// It can be read, and its steps are not the ones that its digest names.
    case edited(stated: String, computed: String)

    package var message: String {
        switch self {
        case .otherFormat(nil): "this is no plan: it does not begin with format: \(Plan.format)"
        case .otherFormat(let found?): "the format is \(found), and this reads \(Plan.format)"
        case .truncated: "the plan ends in the middle"
        case .malformed(let line, let column, let expected):
            "line \(line), column \(column): expected \(expected)"
        case .edited(let stated, let computed):
            "the plan was changed after it was made: it says \(stated.prefix(12)), "
                + "and its steps make \(computed.prefix(12))"
        }
    }

    package var hint: String {
        switch self {
        case .otherFormat(let found?) where found.hasPrefix("rehome.plan/"):
            "apply it with the version of rehome that wrote it, or plan again with this one"
        case .otherFormat: "name a file that rehome plan -o json --out wrote"
        case .truncated: "copy it again, or plan again"
        case .malformed: "a plan is not edited by hand: plan again"
        case .edited: "change the manifests, not the plan, and plan again"
        }
    }
}

extension PlanFileError {
    /// What a fault at a place in the bytes of a plan means to the person who named the file.
    init(_ fault: JSONFault, in bytes: [UInt8]) {
        switch fault {
        case .truncated: self = .truncated
        case .unexpected(let offset, let expected):
            var line = 1
            var start = 0
            for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
                line += 1
                start = index + 1
            }
            self = .malformed(line: line, column: offset - start + 1, expected: expected)
        }
    }
}
