using System.Text;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Tables;

namespace Duramen.State.Tests.Tables;

/// <summary>Logs of text records, and tables in text.</summary>
internal static class TableFixture
{
    /// <summary>Appends one batch; a value that is null removes its key. Returns the end.</summary>
    public static async Task<Offset> AppendAsync(this ILog log, params (string? Key, string? Value)[] records)
    {
        using var builder = new RecordBatchBuilder();
        long end = log.Watermarks.End.Value;
        foreach ((string? key, string? value) in records)
        {
            builder.Append(TimeOf(end++), Bytes(key), Bytes(value));
        }

        await log.AppendAsync(builder.Build());
        return log.Watermarks.End;
    }

    public static long TimeOf(long offset) => 1_700_000_000_000 + (offset * 10);

    public static string? Get(this Table table, string key, long? asOf = null) =>
        table.Get(Encoding.UTF8.GetBytes(key), asOf is long offset ? new Offset(offset) : null) is { } value ? Encoding.UTF8.GetString(value) : null;

    public static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    public static string Describe(TableVersion version) =>
        $"{Encoding.UTF8.GetString(version.Key.Span)}={(version.Value is { } value ? Encoding.UTF8.GetString(value.Span) : "-")}@{version.Offset}";
}
