/// Seeds that once found something, each with a sentence; they are played again with every run.
enum RegressionSeeds {
    static let all: [(seed: UInt64, found: String)] = [
        (
            144,
            "a second attempt was settled while the first, whose line had gone dead, acted later"
        ),
        (458, "an attempt acted after its run had ended with an outcome of a later attempt"),
        (524, "an attempt acted after the ledger had it for not done"),
        (
            775,
            "a run slept for ever, because the next look was behind one that a late answer spared"
        ),
    ]
}
