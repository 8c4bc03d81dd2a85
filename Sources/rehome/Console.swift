/// The only place that writes to the terminal: results on stdout, everything else on stderr.

import Foundation
import Reporting

enum Console {
    private static let environment = ProcessInfo.processInfo.environment

    /// A result. A reader that went away (`rehome plan | head`) is no error.
    static func result(_ text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }

    static func result(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// A word to the person, which is not the result.
    static func say(_ text: String) { write(Array((text + "\n").utf8), to: STDERR_FILENO) }

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
