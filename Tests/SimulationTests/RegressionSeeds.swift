/// Seeds that once found something, each with a sentence and with what histories told of then; they are
/// played again with every run.
enum RegressionSeeds {
    static let all: [(seed: UInt64, repertoire: Repertoire, found: String)] = [
        (
            144, .runs,
            "a second attempt was settled while the first, whose line had gone dead, acted later"
        ),
        (458, .runs, "an attempt acted after its run had ended with an outcome of a later attempt"),
        (524, .runs, "an attempt acted after the ledger had it for not done"),
        (
            775, .runs,
            "a run slept for ever, because the next look was behind one that a late answer spared"
        ),
        (
            17, .runs,
            "a wave began beside one that rested, because waves without members stood between them"
        ),
        (34, .runs, "the applications of late comers began beside a wave that rested"),
        (
            47, .runs,
            "a wave of late comers never began again, because nobody measured its gates twice"
        ),
        (53, .runs, "a wave waited for ever for somebody whom the manifests keep from moving"),
        (
            1, .waysBack,
            "a way back blocked itself, because an earlier one counted as a move forward"
        ),
        (
            229, .waysBack,
            "one look asked for a step twice, and one record seemed to be two of one name"
        ),
        (
            78, [.waysBack, .retirement],
            "a pool stayed closed that was asked for again while nobody knew whether it was closed"
        ),
        (
            9, .all,
            "a way back blocked its own step, because the manifests asked for the same by then"
        ),
        (386, .all, "a wave was settled while an earlier run had left one of its members in doubt"),
        (3, .all, "who was taken back and had another address by then went forward by himself"),
        (496, .all, "a way back had two steps for one person who was moved under two addresses"),
        (
            883, .all,
            "who exchanged addresses on the way seemed to be another one, in flight unrecorded"
        ),
        (
            2866, .all,
            "who was in doubt twice was asked for twice, and seemed to be two of one name"
        ),
        (
            3294, .all,
            "a pool stayed closed whose opening was lost, because only closing counted as doubt"
        ),
        (
            6797, .all,
            "a pool that somebody opened was asked for its end for ever, and kept the others waiting"
        ),
        (
            18779, .all,
            "who went round, was renamed and went again was taken back to before the round"
        ),
    ]
}
