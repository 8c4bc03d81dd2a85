import ArgumentParser

@main
struct Rehome: ParsableCommand {
    mutating func run() {}
}
