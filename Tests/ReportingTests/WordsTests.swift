import Model
import Reporting
import Testing

struct WordsTests {
    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (5012, "5,012"),
        (1_000_000, "1,000,000"),
        (-12345, "-12,345"),
    ])
    func `numbers are grouped by thousands`(number: Int, words: String) {
        #expect(Words.number(number) == words)
    }

    @Test(arguments: [
        (0, "0 s"), (400, "less than a second"), (1000, "1 s"), (59499, "59 s"), (60000, "1 min"),
        (4_800_000, "1 h 20 min"), (3_600_000, "1 h"), (3_601_000, "1 h"), (90_000_000, "1 d 1 h"),
        (259_200_000, "3 d"),
    ])
    func `spans are said in the two largest units`(milliseconds: Int, words: String) {
        #expect(Words.span(.milliseconds(milliseconds)) == words)
    }

    @Test func `plural forms are right`() {
        #expect(Words.count(1, of: .user) == "1 user")
        #expect(Words.count(5012, of: .user) == "5,012 users")
        #expect(Words.count(2, of: .conferenceDirectory) == "2 conference directories")
        #expect(Words.count(3, of: .serviceAddress) == "3 service addresses")
        #expect(Words.counts([.accessNumber: 2, .user: 1]) == "1 user, 2 access numbers")
    }

    @Test(arguments: [
        ("ana@contoso.example", "ana@contoso.example"), ("my estate", "'my estate'"),
        ("it's", "'it'\\''s'"), ("", "''"), ("$(reboot)", "'$(reboot)'"),
        ("a\u{1B}b", "$'a\\x1bb'"), ("-rf", "-rf"),
    ])
    func `a word of a command is quoted for a shell`(word: String, quoted: String) {
        #expect(Escaped.shell(word) == quoted)
    }

    @Test(arguments: [
        ("plain", "plain"), ("Ñuño d'Àvila 日本 🎉", "Ñuño d'Àvila 日本 🎉"),
        ("a\u{1B}[0m", "a\\u{1B}[0m"), ("a\nb", "a\\u{A}b"), ("DOMAIN\\user", "DOMAIN\\user"),
        ("\\u{1B}", "\\u{5C}u{1B}"), ("\u{202E}x\u{2069}", "\\u{202E}x\\u{2069}"),
        ("\r\n", "\\u{D}\\u{A}"), ("\u{9B}1m", "\\u{9B}1m"),
    ])
    func `what a terminal would obey is shown instead`(text: String, shown: String) {
        #expect(Escaped.text(text) == shown)
    }

    @Test func `a line of progress drops what matters least when it is narrow`() {
        var counts = Run.Counts()
        counts.total = 5012
        counts.done = 1200
        counts.failed = 4
        let progress = RunProgress(
            counts: counts, inFlight: 16, perMinute: 312.4, timeLeft: .seconds(734),
            restsUntil: nil)
        #expect(
            ProgressText.line(progress, width: 80, style: .plain)
                == "1,204/5,012  24 %  4 failed  12 min 14 s left  312/min  16 in flight")
        #expect(
            ProgressText.line(progress, width: 30, style: .plain) == "1,204/5,012  24 %  4 failed")
        #expect(
            ProgressText.plain(progress)
                == "1,204 of 5,012 steps, 24 %, 4 failed, 12 min 14 s left, 312 a minute, 16 in flight"
        )
    }
}
