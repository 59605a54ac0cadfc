using System.Globalization;
using System.Text;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Tables.Topics;

namespace Duramen.State.Tables;

/// <summary>The refusals of tables in words.</summary>
internal static class TableRefusals
{
    public static TableException Stopped(string folder, TableFault fault) => new(
        TableErrors.Stopped,
        fault.Log is null
            ? $"The table in {folder} stopped: {fault.Cause.Message}"
            : $"The table in {folder} stopped at offset {fault.Offset} of log '{fault.Log}': {(fault.Cause is DuramenException ? "" : $"{fault.Cause.GetType().Name}: ")}{fault.Cause.Message.TrimEnd('.')}.",
        fault.Log is null ? "Remove the cause and retry." : "Correct the projection and retry, or skip the record.",
        fault.Cause);

    public static TableException Overtaken(ILog log, Offset next) => new(
        TableErrors.Overtaken,
        $"Log '{log.Name}' begins at offset {log.Watermarks.Start}, and the table has folded it up to {next}: the records between are gone.",
        "Rebuild the table: it is then what the records are that are left.");

    public static TableException Unreadable(ILog log, Offset baseOffset, BatchFault fault) => new(
        TableErrors.Stopped,
        $"The records of the batch at offset {baseOffset} of log '{log.Name}' cannot be read: {fault}",
        "Find out what else wrote to the log.");

    public static TableException OffsetWithoutPartition(Offset offset, IReadOnlyList<int> partitions) => new(
        TableErrors.InvalidMoment,
        string.Create(CultureInfo.InvariantCulture, $"There are {partitions.Count} partitions, and offset {offset} does not say which it is in."),
        $"Read as of a time, or of an offset for each partition, {Example(partitions)}.");

    public static TableException OtherPartitions(Moment moment, IReadOnlyList<int> partitions) => new(
        TableErrors.InvalidMoment,
        $"There are the partitions {string.Join(", ", partitions)}, and {Named(moment)} does not say an offset for each of them and no other.",
        $"Read as of a time, or of an offset for each partition, {Example(partitions)}.");

    public static TableException NoPartition(int partition, IReadOnlyList<int> partitions) => new(
        TableErrors.InvalidMoment,
        string.Create(CultureInfo.InvariantCulture, $"There is no partition {partition}."),
        $"There are the partitions {string.Join(", ", partitions)}.");

    public static TableException AmbiguousKey(ReadOnlySpan<byte> key, int first, int second) => new(
        TableErrors.AmbiguousKey,
        string.Create(CultureInfo.InvariantCulture, $"Key '{Encoding.UTF8.GetString(key)}' has a value in partition {first} and another in partition {second}."),
        "Say which partition is meant; the history of the key shows all of them.");

    public static TableException Closed() => new(TableErrors.Closed, "The table was closed.", "Open it again.");

    private static string Named(Moment moment) => string.Join(',', moment.Offsets.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Partition}:{one.Offset}")));

    private static string Example(IReadOnlyList<int> partitions) => string.Join(',', partitions.Select(partition => string.Create(CultureInfo.InvariantCulture, $"{partition}:N")));
}
