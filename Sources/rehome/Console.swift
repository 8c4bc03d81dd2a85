/// The only place that writes to the terminal: results on stdout, everything else on stderr.

import Foundation
import Model
import Reporting
import Synchronization

enum Console {
    private static let environment = ProcessInfo.processInfo.environment

    /// What the policy masks, once it is known.
    private static let masking = Mutex<(mask: Set<Policy.Privacy.Place>, by: Pseudonyms)?>(nil)

    /// From now on people are masked where the policy says so: in what goes to a log, which is any
    /// stream that is no terminal, and in files.
    static func mask(_ places: Set<Policy.Privacy.Place>, by pseudonyms: Pseudonyms) {
        masking.withLock { $0 = (places, pseudonyms) }
    }

    /// Whether people are masked on stdout as it is now.
    static var resultIsMasked: Bool {
        isatty(STDOUT_FILENO) != 1
            && masking.withLock { $0?.mask.contains(.logs) ?? false }
    }

    /// Shows people again: for a command whose purpose is to name them.
    static func unmask() { masking.withLock { $0 = nil } }

    /// What may leave the program for one place.
    static func masked(_ bytes: [UInt8], for place: Policy.Privacy.Place) -> [UInt8] {
        guard let (places, pseudonyms) = masking.withLock({ $0 }), places.contains(place)
        else { return bytes }
        return pseudonyms.masking(bytes)
    }

    /// A result. A reader that went away (`rehome plan | head`) is no error.
    static func result(_ text: String) { result(Array(text.utf8)) }

    static func result(_ bytes: [UInt8]) {
        write(
            isatty(STDOUT_FILENO) == 1 ? bytes : masked(bytes, for: .logs), to: STDOUT_FILENO)
    }

    /// A word to the person, which is not the result.
    static func say(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        write(stderrIsTerminal ? bytes : masked(bytes, for: .logs), to: STDERR_FILENO)
    }

    /// A line that the next one writes over; only where stderr is a terminal.
    static func sayInPlace(_ text: String) {
        write(Array(("\r\u{1B}[2K" + text).utf8), to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }

    static var stdinIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
    static var stderrIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Colours where a person looks; `NO_COLOR` and `FORCE_COLOR` decide before the terminal does.
    static var style: Style {
        if environment["NO_COLOR"]?.isEmpty == false { return .plain }
        if environment["FORCE_COLOR"]?.isEmpty == false { return .ansi }
        return isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb" ? .ansi : .plain
    }

    /// Columns of the page: the terminal's, or 100 where there is none.
    static var width: Int {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0,
            size.ws_col > 0
        else { return 100 }
        return min(max(Int(size.ws_col), 60), 140)
    }

    /// Asks until a line comes; nil at the end of input.
    static func ask(_ question: String) -> String? {
        write(Array(question.utf8), to: STDERR_FILENO)
        return readLine()
    }
}
