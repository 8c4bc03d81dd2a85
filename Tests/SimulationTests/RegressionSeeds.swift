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
        (
            17,
            "a wave began beside one that rested, because waves without members stood between them"
        ),
        (34, "the applications of late comers began beside a wave that rested"),
        (47, "a wave of late comers never began again, because nobody measured its gates twice"),
        (53, "a wave waited for ever for somebody whom the manifests keep from moving"),
    ]
}
