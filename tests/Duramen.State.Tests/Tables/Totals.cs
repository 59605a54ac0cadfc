using System.Globalization;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Records.Batches;
using Duramen.State.Tables;

namespace Duramen.State.Tests.Tables;

/// <summary>Adds up the numbers of each key, and counts them all under one key more.</summary>
internal sealed class Totals(int version = 1) : IProjection
{
    /// <summary>Whether numbers that are none are counted as nothing, rather than refused.</summary>
    public bool IsLenient { get; set; }

    public string Name => "totals";

    public int Version => version;

    public void Apply(int source, RecordView record, TableChanges changes)
    {
        changes.Put("count"u8, Text(Number(changes.Get("count"u8)) + 1));
        string text = Encoding.UTF8.GetString(record.Value.Span);
        long value = IsLenient && !long.TryParse(text, CultureInfo.InvariantCulture, out _) ? 0 : long.Parse(text, CultureInfo.InvariantCulture);
        changes.Put(record.Key.Span, Text(Number(changes.Get(record.Key.Span)) + (version * value)));
    }

    private static long Number(byte[]? value) => value is null ? 0 : long.Parse(value, CultureInfo.InvariantCulture);

    private static NullableBytes Text(long value) => Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture));
}
