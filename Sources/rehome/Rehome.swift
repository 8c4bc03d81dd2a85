/// The program: one command for each thing that a person does.

import ArgumentParser

@main
struct Rehome: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehome",
        abstract: "Moves people and applications between server pools, side by side.",
        discussion: """
            Declare in Git who lives where; rehome plans the moves, proves them safe, makes them, \
            and says when the world drifts away.

            example:
              rehome validate manifests/contoso
              rehome plan manifests/contoso
              rehome apply manifests/contoso
            """,
        version: "0.1.0",
        subcommands: [
            InitCommand.self,
            ValidateCommand.self, PlanCommand.self, RehearseCommand.self, ApplyCommand.self,
            ApproveCommand.self,
            RollbackCommand.self, DriftCommand.self,
            AcceptCommand.self, ExportCommand.self, ObserveCommand.self,
            ProbeCommand.self, AttestCommand.self, HoldCommand.self,
            PauseCommand.self,
            ResumeCommand.self, CancelCommand.self, RetryCommand.self,
            StatusCommand.self, WhyCommand.self, HistoryCommand.self, ReportCommand.self,
            SchemaCommand.self,
            AdapterCommand.self,
        ])
}
