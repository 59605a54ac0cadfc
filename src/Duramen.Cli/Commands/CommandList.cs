using Duramen.Cli.Audit;
using Duramen.Cli.Bench;
using Duramen.Cli.Clients;
using Duramen.Cli.Entities;
using Duramen.Cli.Parsing;
using Duramen.Cli.Quickstart;
using Duramen.Cli.Replays;
using Duramen.Cli.Server;
using Duramen.Cli.Sql;
using Duramen.Cli.Tables;

namespace Duramen.Cli.Commands;

/// <summary>Every command there is, in the order of the help.</summary>
internal static class CommandList
{
    public static IReadOnlyList<Command> All { get; } =
    [
        QuickstartCommand.Command,
        ServerCommand.Command,
        ProduceCommand.Command,
        ConsumeCommand.Command,
        TopicCommands.Create,
        TopicCommands.List,
        TopicCommands.Describe,
        TopicCommands.Alter,
        TrimTopicCommand.Command,
        TopicCommands.Delete,
        GroupCommands.List,
        GroupCommands.Describe,
        GroupCommands.Reset,
        GroupCommands.Delete,
        TableCommands.Get,
        TableCommands.Scan,
        TableCommands.History,
        TableCommands.Diff,
        BisectCommand.Command,
        EntityCommands.Append,
        EntityCommands.Read,
        SqlCommand.Command,
        ReplayCommand.Command,
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
        SealCommand.Command,
        ProveCommand.Command,
        VerifyProofCommand.Command,
        CheckCommand.Command,
        HistoryCommand.Command,
        WireBenchCommands.Produce,
        WireBenchCommands.Consume,
        WireBenchCommands.Latency,
        BenchCommands.Append,
        BenchCommands.Replay,
        BenchCommands.Recover,
        BenchCommands.Compact,
        BenchCommands.Delete,
        TableBenchCommand.Command,
        EntityBenchCommand.Command,
        MachineBenchCommand.Command,
        SimulateCommand.Command,
    ];
}
