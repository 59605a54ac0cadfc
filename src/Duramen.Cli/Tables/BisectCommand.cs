using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Core.Ids;
using Duramen.Sql;
using Duramen.State.Store;
using Duramen.State.Tables;
using Duramen.State.Tables.Topics;

namespace Duramen.Cli.Tables;

/// <summary><c>duramen table bisect</c>: the record since which a condition holds.</summary>
internal static class BisectCommand
{
    private static readonly string[] Columns = ["key", "value", "offset", "timestamp"];

    private static readonly CommandArgument Key = new("KEY", $"the key, {KeyText.Help}; without one the condition is on the whole table", IsOptional: true);
    private static readonly CommandOption Where = new("--where", "EXPR", "the condition in SQL: on key, value, offset and timestamp of the key's version, or with aggregates on the table");
    private static readonly CommandOption Linear = new("--linear", null, "look at every version of the key in order, and assume nothing");

    public static Command Command { get; } = new()
    {
        Name = "table bisect",
        Summary = "Find the record since which a condition holds",
        Description =
            "Prints the first version of the key for which the condition holds: key, value, offset and timestamp, with tabs between them; or the record that made it hold for the\n"
            + "whole table. The time is halved again and again, so that of 1000 versions some 10 are read. That supposes that what holds once goes on holding; where it came and went, a\n"
            + "place is found where it came. --linear reads all versions and supposes nothing. Where a key has no value its value is NULL. --as-of looks no further than that moment.\n"
            + "The exit code is 1 when the condition does not hold at the end.",
        Arguments = [LogSource.Log, Key],
        Options = [Where, Linear, TableSession.AsOf, .. TableSession.Options],
        Examples =
        [
            "duramen table bisect orders order-7 --where \"value ->> '$.status' = 'paid'\"",
            "duramen table bisect orders order-7 --where 'value IS NULL' --linear",
            "duramen table bisect orders --where \"sum(value ->> '$.amount') > 1000\"",
        ],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        string where = input.Text(Where.Name) ?? throw input.Wrong($"{Where.Name} is missing");
        if (input.Has(Linear.Name) && input.Argument(1) is null)
        {
            throw input.Wrong($"{Linear.Name} needs a {Key.Name}");
        }

        using RowExpression? condition = input.Argument(1) is null ? null : RowExpression.Compile(where, Columns);
        await using TableSession session = await TableSession.OpenAsync(input, interrupted).ConfigureAwait(false);
        Moment asOf = await session.FindAsOfAsync(input, interrupted).ConfigureAwait(false);
        int partition = PartitionOf(input, session.Snapshot, asOf);
        IStoreSnapshot snapshot = session.Snapshot.Of(partition);
        BisectionResult? found = condition is null
            ? await FindInTableAsync(where, snapshot, asOf[partition], interrupted).ConfigureAwait(false)
            : FindByKey(input, condition, snapshot, asOf[partition], interrupted);
        if (found is null)
        {
            Messages.Say($"'{input.Argument(1)}' has no version as of {(session.Snapshot.Partitions.Count > 1 ? "" : "offset ")}{asOf}.");
            return CommandRunner.Failed;
        }

        string what = condition is null ? Wording.Count(found.Asked, "moment") : Wording.Count(found.Asked, "version");
        if (found.AsOf is not Offset first)
        {
            Messages.Say($"{Where.Name} does not hold as of offset {asOf[partition]} ({what} read).");
            return CommandRunner.Failed;
        }

        if (found.HeldBefore)
        {
            Messages.Say(condition is null ? $"{Where.Name} holds already as of offset {first}, the first that can be read." : $"{Where.Name} holds already at the first version that there is.");
        }

        Print(session.Snapshot, partition, first, input.Key(1), isJson);
        Messages.Say($"{what} read.");
        return CommandRunner.Done;
    }

    private static BisectionResult? FindByKey(CommandInput input, RowExpression condition, IStoreSnapshot snapshot, Offset to, CancellationToken interrupted)
    {
        byte[] key = input.Key(1)!;
        condition.Set(0, key);
        Bisection.ValueCondition holds = (value, offset, timestampMs) =>
        {
            condition.Set(1, value);
            condition.Set(2, offset?.Value);
            condition.Set(3, offset is null ? null : timestampMs);
            return condition.Holds(interrupted);
        };
        return input.Has(Linear.Name) ? Bisection.FindByKeyInOrder(snapshot, key, to, holds) : Bisection.FindByKey(snapshot, key, to, holds);
    }

    private static async Task<BisectionResult?> FindInTableAsync(string where, IStoreSnapshot snapshot, Offset to, CancellationToken interrupted)
    {
        // Each moment is a query of its own; what it costs is a pass over the table as it was.
        const string Table = "topic";
        bool Holds(Offset asOf)
        {
            var catalog = new TableCatalog().Add(Table, QueryTable.Of(snapshot, asOf));
            using TableQuery query = TableQuery.PrepareConditionAsync(where, Table, catalog, cancellationToken: interrupted).AsTask().GetAwaiter().GetResult();
            return query.MoveNext(interrupted) && query[0].Number != 0;
        }

        return await Task.Run(() => Bisection.Find(snapshot.Horizon, to, Holds), interrupted).ConfigureAwait(false);
    }

    /// <summary>The partition that the key is in; a condition on the table needs one, since an offset is a moment of one.</summary>
    private static int PartitionOf(CommandInput input, TopicSnapshot snapshot, Moment asOf)
    {
        IReadOnlyList<int> partitions = snapshot.Partitions;
        if (input.Key(1) is byte[] key && partitions.Count > 1)
        {
            int[] having = [.. partitions.Where(partition => HasVersion(snapshot.Of(partition), key, asOf[partition]))];
            partitions = having.Length > 0 ? having : [partitions[0]];
        }

        return partitions is [int only] ? only : throw input.Wrong(
            input.Argument(1) is null
                ? $"'{input.Argument(0)}' has {partitions.Count} partitions, and what a record did can be said within one: say which with --partition"
                : $"'{input.Argument(1)}' is in the partitions {string.Join(", ", partitions)}: say which with --partition");
    }

    private static bool HasVersion(IStoreSnapshot snapshot, byte[] key, Offset asOf)
    {
        using IVersionCursor history = snapshot.History(key);
        return history.MoveNext() && history.Current.Offset < asOf;
    }

    /// <summary>Prints the version that the key had as of the moment, or, without a key, what the record before the moment changed.</summary>
    private static void Print(TopicSnapshot topic, int partition, Offset first, byte[]? wanted, bool isJson)
    {
        IStoreSnapshot snapshot = topic.Of(partition);
        using var printer = new TablePrinter(topic, isJson);
        if (wanted is not null && snapshot.TryGet(wanted, first, out VersionView version))
        {
            printer.Print(version, partition);
        }
        else if (first > snapshot.Horizon)
        {
            // A removal is a change, and no value that could be looked up.
            using IVersionCursor changes = snapshot.Changes(new Offset(first.Value - 1), first);
            while (changes.MoveNext())
            {
                if (wanted is null || changes.Current.Key.SequenceEqual(wanted))
                {
                    printer.Print(changes.Current, partition);
                }
            }
        }

        printer.Flush();
    }
}
