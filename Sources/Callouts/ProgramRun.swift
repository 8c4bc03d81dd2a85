/// One program that is started without a shell, read up to a limit, and ended with everything that it
/// started.

import Foundation
import Model

enum ProgramRun {
    enum End: Sendable {
        /// Its code, and the beginning of what it printed and of what it complained about.
        case exit(Int32, output: [UInt8], errors: [UInt8])
        case signal(Int32)
        /// It was ended because its time was over.
        case overran
        case unstarted(String)
    }

    /// Starts a program and waits for its end.
    ///
    /// It lies in a process group of its own, in `/`, and inherits nothing but the three usual files and
    /// `PATH`, `HOME` and `LANG`. What it is asked comes from a file: one that does not read would end us,
    /// if it were a pipe.
    static func run(
        _ words: [String], reading input: [UInt8], home: String?, _ timeout: Duration
    ) async -> End {
        await withCheckedContinuation { continuation in
            // It waits, and a thread that waits must not be one on which tasks run.
            DispatchQueue.global().async {
                continuation.resume(returning: waiting(for: words, home, reading: input, timeout))
            }
        }
    }

    private static func waiting(
        for words: [String], _ home: String?, reading input: [UInt8], _ timeout: Duration
    ) -> End {
        guard let file = unnamedFile(holding: input) else { return .unstarted(lastError()) }
        defer { close(file) }
        guard let output = Drain(), let errors = Drain() else { return .unstarted(lastError()) }
        var drains = [output, errors]
        defer { for drain in drains { close(drain.reading) } }
        let child = start(words, home, [file, output.writing, errors.writing])
        for drain in drains { close(drain.writing) }
        switch child {
        case .failure(let error): return .unstarted(error.words)
        case .success(let child):
            let hasEnded = wait(for: child, &drains, until: .now + timeout)
            // What it left running goes with it, whether it ended or not.
            kill(-child, SIGKILL)
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            guard hasEnded else { return .overran }
            // As WIFEXITED and its like have it, which are macros.
            let signal = status & 0x7F
            guard signal == 0 else { return .signal(signal) }
            return .exit((status >> 8) & 0xFF, output: drains[0].bytes, errors: drains[1].bytes)
        }
    }

    /// Whether the child ended in time. It keeps its number, and its group too, until it is asked how.
    private static func wait(
        for child: pid_t, _ drains: inout [Drain], until deadline: ContinuousClock.Instant
    ) -> Bool {
        while true {
            var end = siginfo_t()
            let isTold = waitid(P_PID, id_t(child), &end, WEXITED | WNOHANG | WNOWAIT) == 0
            let hasEnded = isTold && end.si_signo != 0
            for index in drains.indices { drains[index].read() }
            if hasEnded { return true }
            guard ContinuousClock.now < deadline else { return false }
            var polled = drains.filter { !$0.isAtEnd }.map {
                pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0)
            }
            poll(&polled, nfds_t(polled.count), 20)
        }
    }

    /// A file that holds these bytes, that nobody else can open, and that is gone when it is closed.
    private static func unnamedFile(holding bytes: [UInt8]) -> Int32? {
        let blank = String(repeating: "X", count: 6)
        var template = Array("\(NSTemporaryDirectory())/rehome-callout-\(blank)".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { return nil }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        unlink(template)
        guard write(file, bytes, bytes.count) == bytes.count, lseek(file, 0, SEEK_SET) == 0 else {
            close(file)
            return nil
        }
        return file
    }

    private static func words(of code: Int32) -> String {
        String(cString: strerror(code)).lowercased()
    }

    private static func lastError() -> String { words(of: errno) }
}

/// What comes out of a program: its beginning is kept, the rest is read and forgotten, so that the program
/// does not wait for a reader.
private struct Drain {
    let reading: Int32
    let writing: Int32
    private(set) var bytes: [UInt8] = []
    private(set) var isAtEnd = false

    init?() {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        (reading, writing) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    }

    /// Takes what is there.
    mutating func read() {
        // So many pieces at a time: one that never stops printing must not keep us from looking at the time.
        for _ in 0..<64 where !isAtEnd {
            var count = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, filled in
                count = Foundation.read(reading, buffer.baseAddress, buffer.count)
                filled = max(0, count)
            }
            isAtEnd = count == 0
            guard count > 0 else { return }
            bytes += piece.prefix(CalloutAnswer.bytesMax - bytes.count)
        }
    }
}

// Foundation's `Process` sees no end before that of all whom a program left running.
extension ProgramRun {
    private struct Unstarted: Error {
        var words: String
    }

    /// Starts a program whose files are these, and no other.
    private static func start(
        _ words: [String], _ home: String?, _ files: [Int32]
    ) -> Result<pid_t, Unstarted> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in files.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, file, Int32(number))
        }
        guard let close = LateAction.closeFrom, let enter = LateAction.changeFolder,
            close(&actions, 3) == 0, enter(&actions, "/") == 0
        else { return .failure(Unstarted(words: "this system starts none in a folder")) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        // What we ignore, it need not.
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var child: pid_t = 0
        let code = withCStrings(words) { arguments in
            withCStrings(environment(home)) { environment in
                posix_spawn(&child, words[0], &actions, &attributes, arguments, environment)
            }
        }
        return code == 0 ? .success(child) : .failure(Unstarted(words: Self.words(of: code)))
    }

    private static func environment(_ home: String?) -> [String] {
        let home = home.map { ["HOME=\($0)"] } ?? []
        return ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"] + home
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return body(copies)
    }
}

/// What the C library can do for a start, and its module does not show.
private enum LateAction {
    typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>

    static var closeFrom: (@convention(c) (Actions, Int32) -> Int32)? {
        dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
            unsafeBitCast($0, to: (@convention(c) (Actions, Int32) -> Int32).self)
        }
    }

    static var changeFolder: (@convention(c) (Actions, UnsafePointer<CChar>) -> Int32)? {
        dlsym(nil, "posix_spawn_file_actions_addchdir_np").map {
            unsafeBitCast(
                $0, to: (@convention(c) (Actions, UnsafePointer<CChar>) -> Int32).self)
        }
    }
}
