/// Where libFuzzer comes in: `.ci/fuzz` compiles this file with the readers and `ParserFuzz.swift`.

@_cdecl("LLVMFuzzerTestOneInput")
func tryOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    #if FUZZ_LDIF
        ParserFuzz.readLDIF(bytes)
    #else
        ParserFuzz.readCSV(bytes)
    #endif
    return 0
}
