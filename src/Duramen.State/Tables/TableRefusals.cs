using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.State.Tables;

/// <summary>The refusals of tables in words.</summary>
internal static class TableRefusals
{
    public static TableException Stopped(string folder, TableFault fault) => new(
        TableErrors.Stopped,
        fault.Log is null
            ? $"The table in {folder} stopped: {fault.Cause.Message}"
            : $"The table in {folder} stopped at offset {fault.Offset} of log '{fault.Log}': {fault.Cause.Message}",
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

    public static TableException Closed() => new(TableErrors.Closed, "The table was closed.", "Open it again.");
}
