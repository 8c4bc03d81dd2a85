/// A change board that answers over HTTP as it is told by the path, and writes down what it was asked.

import Foundation
import TestSupport
import Testing

/// Runs until it is closed. The signature is judged by the other implementation: Python's own.
final class CalloutServer {
    static let secret = "a shared secret"

    let port: Int
    private let log: URL
    private let process = Process()

    /// What came, in its order.
    struct Request: Decodable {
        var path: String
        var type: String
        var signed: String
        var body: String

        /// The members of what was asked.
        func question() throws -> [String: Any] {
            let object = try JSONSerialization.jsonObject(with: Data(body.utf8))
            return try #require(object as? [String: Any])
        }
    }

    init(in folder: URL) throws {
        log = folder.appending(path: "requests")
        let script = folder.appending(path: "server.py")
        try Data(Self.script.utf8).write(to: script)
        try Data().write(to: log)
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script.path, log.path, Self.secret]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // It says its port when it listens.
        var line = Data()
        while let piece = try output.fileHandleForReading.read(upToCount: 1),
            piece != Data("\n".utf8),
            !piece.isEmpty
        {
            line += piece
        }
        port = try #require(Int(String(decoding: line, as: UTF8.self)), "python3 does not run")
    }

    func close() {
        // It was started with signals blocked that would ask it to end.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func requests() throws -> [Request] {
        let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
        return try text.split(separator: "\n").map {
            try JSONDecoder().decode(Request.self, from: Data($0.utf8))
        }
    }

    /// A definition that posts there.
    func callout(_ path: String, more: String = "") -> String {
        """
        apiVersion: rehome.dev/v1
        kind: Callout
        metadata: {name: \(path)}
        spec: {url: "http://127.0.0.1:\(port)/\(path)", signature: {secret: env:BOARD_SECRET}\(more)}
        ---

        """
    }

    private static let script = #"""
        import hashlib, hmac, http.server, json, sys, threading

        log, secret = sys.argv[1], sys.argv[2].encode()

        class Board(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                wanted = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
                given = self.headers.get("Rehome-Signature", "")
                with open(log, "a") as file:
                    file.write(json.dumps({
                        "path": self.path, "type": self.headers["Content-Type"],
                        "signed": "well" if hmac.compare_digest(wanted, given) else given,
                        "body": body.decode()}) + "\n")
                getattr(self, self.path.strip("/").replace("-", "_"))()

            def do_GET(self):
                with open(log, "a") as file:
                    file.write(json.dumps({"path": self.path, "type": "", "signed": "", "body": "GET"}) + "\n")
                self.passed()

            def say(self, status, text, headers={}):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def passed(self): self.say(200, '{"verdict": "passed", "words": "CHG0042 is approved"}')
            def failed(self): self.say(200, '{"verdict": "failed", "words": "frozen \\u001b[31muntil Monday"}')
            def unsure(self): self.say(200, '{"verdict": "inconclusive"}')
            def broken(self): self.say(500, '{"verdict": "passed"}')
            def empty(self): self.say(204, '')
            def garbage(self): self.say(200, '<html>passed</html>')
            def other(self): self.say(200, '{"verdict": "yes"}')
            def away(self): self.say(302, '{"verdict": "passed"}', {"Location": "/passed"})
            def kept(self): self.say(307, '{"verdict": "passed"}', {"Location": "/passed"})
            def gone(self): self.connection.close()
            def hangs(self): threading.Event().wait(60)
            def huge(self):
                self.send_response(200)
                self.end_headers()
                try:
                    self.wfile.write(b'{"verdict": "passed", "words": "')
                    while True: self.wfile.write(b"x" * 65536)
                except OSError: pass
            def drips(self):
                self.send_response(200)
                self.end_headers()
                try:
                    while not threading.Event().wait(0.1): self.wfile.write(b" ")
                except OSError: pass
            def log_message(self, *words): pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Board)
        server.daemon_threads = True
        print(server.server_port, flush=True)
        server.serve_forever()
        """#
}
