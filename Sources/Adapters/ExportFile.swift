/// The bytes of an export, whatever PowerShell encoded them in.

package import Foundation

/// Turns what an export wrote into UTF-8.
package enum ExportFile {
    /// Why the bytes of a file cannot be read as text: what follows its path, and what to do.
    package struct Unreadable: Error {
        package var message: String
        package var hint: String

        package init(message: String, hint: String) {
            self.message = message
            self.hint = hint
        }
    }

    /// The content as UTF-8. `Export-Csv -Encoding Unicode` is UTF-16, which is decoded; anything else
    /// is taken as it is and judged field by field.
    package static func content(of url: URL) throws(Unreadable) -> Data {
        let data: Data
        do {
            data = try Data(contentsOf: url, options: .mappedIfSafe)
        } catch {
            throw Unreadable(
                message: "cannot be read: \(reason(error))",
                hint: "check the path, which is relative to the manifest that names it")
        }
        return try text(of: data)
    }

    /// The same of bytes that were read already.
    package static func text(of data: Data) throws(Unreadable) -> Data {
        guard let isBigEndian = utf16Order(of: data) else { return data }
        let hasMark = data.starts(with: isBigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE])
        let units = stride(from: hasMark ? 2 : 0, to: data.count - 1, by: 2).map { index in
            let first = UInt16(data[data.startIndex + index])
            let second = UInt16(data[data.startIndex + index + 1])
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        guard data.count % 2 == 0, let text = String(validating: units, as: UTF16.self) else {
            throw Unreadable(
                message: "is neither UTF-8 nor whole UTF-16",
                hint: "export it again with Export-Csv -Encoding UTF8")
        }
        return Data(text.utf8)
    }

    private static func reason(_ error: any Error) -> String {
        switch (error as? CocoaError)?.code {
        case .fileReadNoSuchFile, .fileNoSuchFile: "there is no such file"
        case .fileReadNoPermission: "reading it is not permitted"
        default: error.localizedDescription
        }
    }

    /// Whether the file is UTF-16, and which half of a unit comes first: by its mark, or by the zero
    /// bytes that every second one of a header is. Nil for anything else.
    private static func utf16Order(of data: Data) -> Bool? {
        if data.starts(with: [0xFF, 0xFE]) { return false }
        if data.starts(with: [0xFE, 0xFF]) { return true }
        let head = Array(data.prefix(4))
        guard head.count == 4 else { return nil }
        if head[0] != 0, head[1] == 0, head[2] != 0, head[3] == 0 { return false }
        if head[0] == 0, head[1] != 0, head[2] == 0, head[3] != 0 { return true }
        return nil
    }
}
