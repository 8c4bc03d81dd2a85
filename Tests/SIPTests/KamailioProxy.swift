/// A real Kamailio between the agents of a test: registrar and proxy on an address of the loopback, which
/// asks for passwords and stays on the path.

import Foundation
import Testing

@testable import SIP

/// Ended with the test that started it, whatever happens.
final class KamailioProxy {
    let place: SIPEndpoint
    private let process: Process
    private let folder: URL

    static let program = "/usr/sbin/kamailio"
    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }
    static let hint: Comment = "no Kamailio: apt-get install kamailio"

    static let password = "s3cret \"of\" everybody"

    init(in folder: URL) throws {
        // Free on one address of the loopback is free on all of them, as far as anybody listens there.
        var free = try SIPSockets(local: SIPEndpoint(host: "127.0.0.40", port: 0), transport: .tcp)
        place = free.local
        free.closeAll()
        self.folder = folder
        let file = folder.appending(path: "kamailio.cfg")
        try Data(Self.configuration(place).utf8).write(to: file)
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        process = Process()
        process.executableURL = URL(filePath: Self.program)
        process.arguments = [
            "-f", file.path, "-DD", "-E", "-m", "64", "-M", "8", "-Y", folder.path, "-w",
            folder.path, "-P", folder.appending(path: "pid").path,
        ]
        let handle = try FileHandle(forWritingTo: log)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// The whole group, whose children outlive a main process that is killed.
    deinit {
        kill(-process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    var log: String {
        (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? ""
    }

    /// Asks for life until it answers; the agent repeats the question by itself.
    func awaitReadiness() async throws {
        try await SIPAgent.with(
            local: SIPEndpoint(host: "127.0.0.1", port: 0), .udp, seed: 99
        ) { agent in
            let address = try SIPAddress(user: nil, host: place.host, port: place.port)
            let answer = try await agent.options(to: address, within: .seconds(30))
            #expect(answer.status == 200, "\(log)")
        }
    }

    private static func configuration(_ place: SIPEndpoint) -> String {
        let secret = password.replacing("\"", with: "\\\"")
        return configuration.replacing("@PLACE@", with: "\(place)")
            .replacing("@PASSWORD@", with: secret)
    }

    /// What stands between at-signs is filled in.
    private static let configuration = """
        #!KAMAILIO
        debug=0
        log_stderror=yes
        children=2
        tcp_children=1
        auto_aliases=no
        alias="uc.test"
        listen=udp:@PLACE@
        listen=tcp:@PLACE@
        loadmodule "tm.so"
        loadmodule "sl.so"
        loadmodule "rr.so"
        loadmodule "pv.so"
        loadmodule "maxfwd.so"
        loadmodule "textops.so"
        loadmodule "siputils.so"
        loadmodule "usrloc.so"
        loadmodule "registrar.so"
        loadmodule "auth.so"
        modparam("usrloc", "db_mode", 0)
        modparam("auth", "secret", "a secret of this test alone")
        modparam("rr", "append_fromtag", 0)

        request_route {
            if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
            if (is_method("OPTIONS") && $rU == $null) { sl_send_reply("200", "Alive"); exit; }
            if (has_totag()) {
                if (!loose_route()) { sl_send_reply("404", "Not Here"); exit; }
                t_relay();
                exit;
            }
            if (is_method("CANCEL")) { t_relay(); exit; }
            if (is_method("REGISTER")) {
                if (!pv_www_authenticate("uc.test", "@PASSWORD@", "0")) {
                    auth_challenge("uc.test", "1");
                    exit;
                }
                save("location");
                exit;
            }
            if (is_method("INVITE")) {
                if (!pv_proxy_authenticate("uc.test", "@PASSWORD@", "0")) {
                    auth_challenge("uc.test", "1");
                    exit;
                }
                consume_credentials();
            }
            record_route();
            append_hf("X-Passed: proxy\\r\\n");
            if (!lookup("location")) { sl_send_reply("480", "Not Registered"); exit; }
            t_relay();
        }
        """
}
