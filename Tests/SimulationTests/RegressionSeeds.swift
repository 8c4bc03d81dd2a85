/// Seeds that once found something, each with a sentence; they are played again with every run.
enum RegressionSeeds {
    static let all: [(seed: UInt64, found: String)] = []
}
