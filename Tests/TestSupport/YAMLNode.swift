/// YAML as a tree, for small fixtures; the program itself never makes one.

import CLibYAML
import Foundation

package indirect enum YAMLNode: Sendable {
    case scalar(String)
    case sequence([YAMLNode])
    case mapping([(key: String, value: YAMLNode)])

    package struct Malformed: Error {
        package init() {}
    }

    package static func load(_ text: String) throws -> YAMLNode {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { throw Malformed() }
        defer { yaml_parser_delete(&parser) }
        let bytes = Array(text.utf8)
        return try bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            var document = yaml_document_t()
            guard yaml_parser_load(&parser, &document) == 1 else { throw Malformed() }
            defer { yaml_document_delete(&document) }
            guard let root = yaml_document_get_root_node(&document) else { throw Malformed() }
            return try node(root, &document)
        }
    }

    private static func node(
        _ node: UnsafeMutablePointer<yaml_node_t>, _ document: inout yaml_document_t
    ) throws -> YAMLNode {
        switch node.pointee.type {
        case YAML_SCALAR_NODE:
            let scalar = node.pointee.data.scalar
            return .scalar(
                String(
                    decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                    as: UTF8.self))
        case YAML_SEQUENCE_NODE:
            let items = node.pointee.data.sequence.items
            var nodes: [YAMLNode] = []
            var item = items.start
            while let present = item, present != items.top {
                nodes.append(try child(present.pointee, &document))
                item = present.successor()
            }
            return .sequence(nodes)
        case YAML_MAPPING_NODE:
            let pairs = node.pointee.data.mapping.pairs
            var entries: [(String, YAMLNode)] = []
            var pair = pairs.start
            while let present = pair, present != pairs.top {
                guard case .scalar(let key) = try child(present.pointee.key, &document) else {
                    throw Malformed()
                }
                entries.append((key, try child(present.pointee.value, &document)))
                pair = present.successor()
            }
            return .mapping(entries)
        default: throw Malformed()
        }
    }

    private static func child(_ index: Int32, _ document: inout yaml_document_t) throws -> YAMLNode
    {
        guard let child = yaml_document_get_node(&document, index) else { throw Malformed() }
        return try node(child, &document)
    }

    package subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    package var text: String? {
        guard case .scalar(let text) = self else { return nil }
        return text
    }

    package var items: [YAMLNode] {
        guard case .sequence(let items) = self else { return [] }
        return items
    }

    package var entries: [(key: String, value: YAMLNode)] {
        guard case .mapping(let entries) = self else { return [] }
        return entries
    }
}
