/// The order of everything that is printed, which hangs on names and never on the order of reading.

import Model

private struct SortKey {
    var group: UInt64
    var prefix: UInt64
    var index: Int32
}

extension PlanBuilder {
    /// By stage, then kind, then name without case.
    func ordered(_ steps: [Step]) -> [Step] {
        permuted(steps, columns) {
            UInt64($0.stage)
        } subject: {
            $0.subject
        }
    }

    /// By reason, then kind, then name without case; pools last.
    func ordered(_ left: [Left]) -> [Left] {
        let order = Dictionary(
            uniqueKeysWithValues: Left.Because.allCases.enumerated().map { ($1, UInt64($0)) })
        return permuted(left, columns) {
            order[$0.because] ?? 0
        } subject: {
            $0.subject
        }
    }

    /// Sorts small keys instead of large values: group, kind and the first bytes of the name decide
    /// nearly always.
    private func permuted<Value>(
        _ values: [Value], _ columns: Plan.Columns, group: (Value) -> UInt64,
        subject: (Value) -> Step.Subject
    ) -> [Value] {
        var keys: [SortKey] = []
        keys.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            let kind: UInt64
            let prefix: UInt64
            switch subject(value) {
            case .resource(let row):
                kind = UInt64(columns.kind(row).rawValue)
                prefix = columns.withName(row, Self.prefix)
            case .pool(let pool):
                kind = 255
                prefix = UInt64(pool)
            }
            keys.append(
                SortKey(group: group(value) << 8 | kind, prefix: prefix, index: Int32(index)))
        }
        keys.sort { one, other in
            if one.group != other.group { return one.group < other.group }
            if one.prefix != other.prefix { return one.prefix < other.prefix }
            return precedes(
                subject(values[Int(one.index)]), subject(values[Int(other.index)]))
        }
        return keys.map { values[Int($0.index)] }
    }

    /// The first eight bytes without case as a number that sorts like them.
    private static func prefix(_ name: UnsafeRawBufferPointer) -> UInt64 {
        let bare = Address.withoutScheme(name)
        var prefix: UInt64 = 0
        for index in 0..<8 {
            prefix = prefix << 8
            if index < bare.count { prefix |= UInt64(Address.folded(byte: bare[index])) }
        }
        return prefix
    }

    /// Names that begin alike, compared in full; the same name on two connections by own id, and names
    /// that differ by case by their bytes.
    private func precedes(_ one: Step.Subject, _ other: Step.Subject) -> Bool {
        guard case .resource(let left) = one, case .resource(let right) = other else {
            return false
        }
        return columns.withName(left) { leftName in
            columns.withName(right) { rightName in
                let order = ResourceTable.compareFolded(
                    Address.withoutScheme(leftName), Address.withoutScheme(rightName))
                if order != 0 { return order < 0 }
                let byID = columns.withOwnID(left) { leftID in
                    columns.withOwnID(right) { rightID in
                        leftID.elementsEqual(rightID)
                            ? nil : leftID.lexicographicallyPrecedes(rightID)
                    }
                }
                return byID ?? leftName.lexicographicallyPrecedes(rightName)
            }
        }
    }
}
