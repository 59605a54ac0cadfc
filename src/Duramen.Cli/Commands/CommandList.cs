using Duramen.Cli.Bench;
using Duramen.Cli.Parsing;
using Duramen.Cli.Quickstart;
using Duramen.Cli.Server;

namespace Duramen.Cli.Commands;

/// <summary>Every command there is, in the order of the help.</summary>
internal static class CommandList
{
    public static IReadOnlyList<Command> All { get; } =
    [
        QuickstartCommand.Command,
        ServerCommand.Command,
        AppendCommand.Command,
        ReadCommand.Command,
        ListCommand.Command,
        InspectCommand.Command,
        VerifyCommand.Command,
        DumpCommand.Command,
        CreateCommand.Command,
        AlterCommand.Command,
        TrimCommand.Command,
        CompactCommand.Command,
        DeleteCommand.Command,
        BenchCommands.Append,
        BenchCommands.Replay,
        BenchCommands.Recover,
        BenchCommands.Compact,
        SimulateCommand.Command,
    ];
}
