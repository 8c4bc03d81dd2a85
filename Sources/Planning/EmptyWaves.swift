/// Waves that draw nobody who is left to move: the ones after them begin at once.

import Model

extension PlanBuilder {
    /// Says so where the next wave of a rollout comes sooner than its waves suggest: a share of few people may
    /// be nobody, and a pilot of nobody shows nothing.
    mutating func addEmptyWaves() {
        for (index, course) in waves.courses.enumerated() where course.lost == nil {
            let first = Int(waves.firstHandle[index])
            let begun = course.progress.lastIndex { $0?.hasStarted == true }
            // Also where the wave of late comers, which is the last, has begun.
            let ahead = course.waves.indices.dropLast().dropFirst((begun ?? -1) + 1)
            let used = ahead.first {
                tally.isUsed(first + $0 * 2) || tally.isUsed(first + $0 * 2 + 1)
            }
            guard let next = used, next > ahead.startIndex else { continue }
            let empty = course.waves[ahead.startIndex..<next].map(\.wave)
            findings.append(
                Finding(
                    rule: PlanRule.emptyWave.rawValue, severity: .warning,
                    message:
                        "\(course.rollout.name): nobody is to be moved in \(empty.joined(separator: ", ")), so \(course.waves[next].wave) comes next",
                    count: empty.count, location: course.rollout.location,
                    hint:
                        "a share of few people may be nobody: list some by name in the first wave"))
        }
    }
}
