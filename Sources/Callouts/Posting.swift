/// One HTTP request, and what came back. No redirect is followed, nothing is kept, and no more is read than
/// an answer may have.

import Foundation
import FoundationNetworking
import Model
import Synchronization

enum Posting {
    enum Reply: Sendable {
        case status(Int, [UInt8])
        /// Nothing came in time.
        case silent
        case unreachable(String)
    }

    static func post(
        _ body: [UInt8], to address: String, signedBy secret: String?, _ timeout: Duration
    ) async -> Reply {
        guard let url = URL(string: address) else { return .unreachable("it has no address") }
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.httpBody = Data(body)
        request.timeoutInterval = Double(timeout.components.seconds) + 5
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.setValue("application/json", forHTTPHeaderField: "Accept")
        request.setValue("rehome", forHTTPHeaderField: "User-Agent")
        if let secret {
            request.setValue(
                Caller.signature(over: body, by: secret), forHTTPHeaderField: "Rehome-Signature")
        }
        let exchange = Exchange()
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.httpShouldSetCookies = false
        let session = URLSession(
            configuration: configuration, delegate: exchange, delegateQueue: nil)
        defer { session.invalidateAndCancel() }
        let task = session.dataTask(with: request)
        // The session counts the time between two pieces; an answer in small pieces would take for ever.
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now() + .seconds(Int(timeout.components.seconds)))
        timer.setEventHandler { exchange.end(.silent) }
        timer.resume()
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            exchange.begin(task, continuation)
        }
    }
}

/// Gathers what comes back, and says once how it ended.
private final class Exchange: NSObject, URLSessionDataDelegate {
    private struct State {
        var continuation: CheckedContinuation<Posting.Reply, Never>?
        var end: Posting.Reply?
        var status = 0
        var body: [UInt8] = []
    }

    private let state = Mutex(State())

    func begin(
        _ task: URLSessionDataTask, _ continuation: CheckedContinuation<Posting.Reply, Never>
    ) {
        let end = state.withLock { state in
            if state.end == nil { state.continuation = continuation }
            return state.end
        }
        if let end { return continuation.resume(returning: end) }
        task.resume()
    }

    /// The first end counts.
    func end(_ reply: Posting.Reply) {
        let continuation = state.withLock { state in
            if state.end == nil { state.end = reply }
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(returning: reply)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
        end(.status(response.statusCode, []))
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        state.withLock { $0.status = status }
        completionHandler(.allow)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data
    ) {
        let reply: Posting.Reply? = state.withLock { state in
            state.body += data.prefix(CalloutAnswer.bytesMax + 1 - state.body.count)
            return state.body.count > CalloutAnswer.bytesMax
                ? .status(state.status, state.body) : nil
        }
        if let reply { end(reply) }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        if let error {
            let isSecure = task.originalRequest?.url?.scheme?.lowercased() == "https"
            return end(.unreachable(Self.words(error, isSecure: isSecure)))
        }
        let (status, body) = state.withLock { ($0.status, $0.body) }
        end(.status(status, body))
    }

    /// Whatever goes wrong with certificates, Foundation calls unknown.
    private static func words(_ error: any Error, isSecure: Bool) -> String {
        guard let error = error as? URLError else { return "it cannot be reached" }
        return switch error.code {
        case .timedOut: "no answer in time"
        case .cannotConnectToHost: "nobody listens there"
        case .cannotFindHost: "there is no such host"
        case .networkConnectionLost: "it closed the connection"
        case .badServerResponse: "its answer is no HTTP"
        case .unknown where isSecure:
            "no secure connection comes about, or its certificate is not trusted"
        default: "network error \(error.code.rawValue)"
        }
    }
}
