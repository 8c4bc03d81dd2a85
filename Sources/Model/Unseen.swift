/// Characters that a terminal obeys or hides instead of showing: one list for text and for JSON.
package enum Unseen {
    package static func contains(_ scalar: UInt32) -> Bool {
        switch scalar {
        // Control characters, C0, DEL and C1.
        case 0...0x1F, 0x7F...0x9F: true
        // Marks, embeddings, overrides and isolates of direction.
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        // Separators of lines and paragraphs.
        case 0x2028, 0x2029: true
        // What has no width and no use in a name; joiners (U+200C, U+200D) have one.
        case 0x00AD, 0x200B, 0x2060...0x2065, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
        default: false
        }
    }
}
