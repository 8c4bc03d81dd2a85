/// JSON-RPC over HTTP, as Kamailio's module jsonrpcs speaks it. The transport and nothing else.

import Foundation
import FoundationNetworking

/// Where one Kamailio answers.
struct RPCEndpoint: Hashable, Sendable {
    var url: URL

    /// `127.0.0.10:5060`, for sentences; never user or password.
    var name: String {
        let host = url.host() ?? "?"
        return url.port.map { "\(host):\($0)" } ?? host
    }
}

/// Why Kamailio gave no result.
enum RPCError: Error, Hashable, Sendable {
    /// No answer. What was asked may have been done.
    case unreachable(String)
    /// It said no, in its own words.
    case refused(String)
    /// It answered something that is not what the method answers.
    case strange(String)

    var message: String {
        switch self {
        case .unreachable(let why): "it does not answer (\(why))"
        case .refused(let words): "it says '\(words)'"
        case .strange(let what): "its answer to \(what) cannot be read"
        }
    }

    /// `Ongoing reload`: Kamailio reloads a table once in `reload_delta` seconds and refuses meanwhile.
    var isReloading: Bool {
        if case .refused(let words) = self {
            words.lowercased().contains("ongoing reload")
        } else {
            false
        }
    }
}

/// A parameter of a call.
enum RPCValue: Encodable, Sendable {
    case text(String)
    case number(Int)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        }
    }
}

/// Calls methods, one request for each: Kamailio answers a batch of JSON-RPC with nothing and does
/// nothing. Connections are kept between calls.
struct RPCClient: Sendable {
    private let session: URLSession

    init() {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.httpShouldSetCookies = false
        session = URLSession(configuration: configuration)
    }

    /// Ends the connections that were kept.
    func close() { session.invalidateAndCancel() }

    /// The result of a method.
    ///
    /// - Parameters:
    ///   - method: As `kamcmd` has it.
    ///   - values: Its parameters.
    ///   - endpoint: Who is asked.
    ///   - time: How long an answer is waited for.
    /// - Returns: The result, decoded.
    /// - Throws: Why there is none.
    func call<Result: Decodable & Sendable>(
        _ method: String, _ values: [RPCValue] = [], at endpoint: RPCEndpoint,
        within time: Duration
    ) async throws(RPCError) -> Result {
        var request = URLRequest(url: endpoint.url)
        request.httpMethod = "POST"
        request.timeoutInterval =
            Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        let data: Data
        do {
            request.httpBody = try JSONEncoder().encode(Call(method: method, params: values))
            data = try await session.data(for: request).0
        } catch {
            throw .unreachable(Self.words(error))
        }
        let answer: Answer<Result>
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .custom { path in
                SmallKey(stringValue: path.last?.stringValue ?? "")
            }
            answer = try decoder.decode(Answer<Result>.self, from: data)
        } catch {
            throw .strange(method)
        }
        if let error = answer.error { throw .refused(error.message) }
        guard let result = answer.result else { throw .strange(method) }
        return result
    }

    private static func words(_ error: any Error) -> String {
        guard let error = error as? URLError else { return "\(error)" }
        return switch error.code {
        case .timedOut: "no answer in time"
        case .cannotConnectToHost: "nobody listens there"
        case .cannotFindHost: "there is no such host"
        case .networkConnectionLost: "it closed the connection"
        default: "network error \(error.code.rawValue)"
        }
    }

    private struct Call: Encodable {
        var jsonrpc = "2.0"
        var id = 1
        var method: String
        var params: [RPCValue]
    }

    private struct Answer<Result: Decodable>: Decodable {
        var result: Result?
        var error: Failure?

        struct Failure: Decodable {
            var message: String
        }
    }
}
