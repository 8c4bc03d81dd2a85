/// Where a result goes: to stdout, or to the file that `--out` names.

import Foundation
import Model

extension Console {
    /// A result, to a file where one is named: people are masked there as in any file.
    static func result(_ bytes: [UInt8], to file: String?, isPrivate: Bool = false) throws {
        guard let file else { return result(bytes) }
        try OutFile(path: file, isPrivate: isPrivate).write(masked(bytes, for: .files))
    }
}

/// A file that is there whole, or not at all.
struct OutFile {
    let path: String
    /// What names people without a mask is for its owner alone to read, from its first byte on.
    var isPrivate = false

    func write(_ bytes: [UInt8]) throws {
        do {
            guard isPrivate else {
                return try Data(bytes).write(to: URL(filePath: path), options: .atomic)
            }
            try writePrivately(bytes)
        } catch {
            throw Complaint("\(path) cannot be written: \(error.localizedDescription)")
        }
    }

    private func writePrivately(_ bytes: [UInt8]) throws {
        // Made for its owner alone, and renamed once it is whole.
        let made = "\(path).\(UUID().uuidString)"
        let descriptor = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure }
        do {
            try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
                .write(contentsOf: Data(bytes))
            guard rename(made, path) == 0 else { throw Self.failure }
        } catch {
            unlink(made)
            throw error
        }
    }

    private static var failure: CocoaError {
        CocoaError(
            .fileWriteUnknown,
            userInfo: [NSLocalizedDescriptionKey: String(cString: strerror(errno))])
    }
}
