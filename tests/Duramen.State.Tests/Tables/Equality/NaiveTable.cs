using System.Globalization;
using System.Text;
using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Tests.Tables.Equality;

/// <summary>What a table must answer, computed from the list of the records it is of, without a thought of cost.</summary>
internal sealed class NaiveTable(IReadOnlyList<NaiveTable.Row> records, long horizon, long position)
{
    /// <summary>A record; a key that is null makes it nothing to a table.</summary>
    internal readonly record struct Row(long Offset, long TimestampMs, string? Key, string? Value);

    /// <summary>All answers as of some moments, in text: the state, the differences between them, the history of each key, the changes.</summary>
    public string Describe(IReadOnlyList<long> moments)
    {
        var text = new StringBuilder();
        foreach (long asOf in moments)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"as of {asOf}: {Join(State(asOf).Select(row => Show(row)))}");
        }

        foreach ((long from, long to) in moments.Zip(moments.Skip(1)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"diff {from} {to}: {Join(Diff(from, to))}");
            text.AppendLine(CultureInfo.InvariantCulture, $"changes {from} {to}: {Join(records.Where(row => row.Key is not null && row.Offset >= from && row.Offset < to).Select(Show))}");
        }

        foreach (string key in Keys())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"history {key}: {Join(History(key).Select(Show))}");
        }

        return text.ToString();
    }

    /// <summary>The same of a snapshot.</summary>
    public string Describe(IStoreSnapshot snapshot, IReadOnlyList<long> moments)
    {
        var text = new StringBuilder();
        foreach (long asOf in moments)
        {
            string scan = Join(Read(snapshot.Scan(KeyRange.All, new Offset(asOf))));
            Assert.Equal(scan, Join(Keys().SelectMany(key => snapshot.TryGet(Encoding.UTF8.GetBytes(key), new Offset(asOf), out VersionView found) ? [Show(found)] : Array.Empty<string>())));
            text.AppendLine(CultureInfo.InvariantCulture, $"as of {asOf}: {scan}");
        }

        foreach ((long from, long to) in moments.Zip(moments.Skip(1)))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"diff {from} {to}: {Join(Read(snapshot.Diff(new Offset(from), new Offset(to))))}");
            text.AppendLine(CultureInfo.InvariantCulture, $"changes {from} {to}: {Join(Read(snapshot.Changes(new Offset(from), new Offset(to))))}");
        }

        foreach (string key in Keys())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"history {key}: {Join(Read(snapshot.History(Encoding.UTF8.GetBytes(key))))}");
        }

        return text.ToString();
    }

    /// <summary>
    /// The state as of a time: after every record at or before it that is known. Of those below the start of the log the table knows what it has versions of; if all that is known since the horizon is later,
    /// so is the state there, or it is the answer. A table that began where the log had lost records does not know which of them were before the time.
    /// </summary>
    public string DescribeAt(long timestampMs, long start)
    {
        bool Counts(Row row) => row.TimestampMs <= timestampMs && (row.Offset >= start || (row.Key is not null && row.Offset >= horizon));
        long asOf = records.Where(Counts).Select(row => row.Offset + 1).LastOrDefault(-1);
        if (asOf < 0 && start > horizon)
        {
            asOf = State(horizon).Any(row => row.TimestampMs > timestampMs) ? asOf : horizon;
        }
        else if (asOf < 0 && start == 0)
        {
            asOf = 0;
        }

        return asOf < horizon ? "below the horizon" : Join(State(asOf).Select(Show));
    }

    public static string DescribeAt(IStoreSnapshot snapshot, Offset asOf) =>
        asOf < snapshot.Horizon ? "below the horizon" : Join(Read(snapshot.Scan(KeyRange.All, asOf)));

    private IEnumerable<string> Keys() => records.Select(row => row.Key).OfType<string>().Distinct().Order(StringComparer.Ordinal);

    private Row? Find(string key, long asOf)
    {
        Row? found = null;
        foreach (Row row in records)
        {
            found = row.Key == key && row.Offset < asOf ? row : found;
        }

        return found;
    }

    private IEnumerable<Row> State(long asOf) => Keys().Select(key => Find(key, asOf)).Where(row => row?.Value is not null).Select(row => row!.Value);

    private IEnumerable<Row> History(string key)
    {
        long first = Find(key, horizon) is { Value: not null } seen ? seen.Offset : horizon;
        return records.Where(row => row.Key == key && row.Offset >= first && row.Offset < position);
    }

    private IEnumerable<string> Diff(long from, long to)
    {
        foreach (string key in Keys())
        {
            (string? before, string? after) = (Find(key, from)?.Value, Find(key, to)?.Value);
            if (before != after)
            {
                yield return $"{(before is null ? DifferenceKind.Added : after is null ? DifferenceKind.Removed : DifferenceKind.Changed)} {key} {before ?? "-"}>{after ?? "-"}";
            }
        }
    }

    private static List<string> Read(IVersionCursor versions)
    {
        using (versions)
        {
            var text = new List<string>();
            while (versions.MoveNext())
            {
                text.Add(Show(versions.Current));
            }

            return text;
        }
    }

    private static List<string> Read(IDifferenceCursor differences)
    {
        using (differences)
        {
            var text = new List<string>();
            while (differences.MoveNext())
            {
                DifferenceView one = differences.Current;
                text.Add($"{one.Kind} {Encoding.UTF8.GetString(one.Key)} {Text(one.Before)}>{Text(one.After)}");
            }

            return text;
        }

        static string Text(VersionView version) => version.Value.IsNull ? "-" : Encoding.UTF8.GetString(version.Value.Span);
    }

    private static string Show(VersionView version) => Show(new Row(
        version.Offset.Value, version.TimestampMs, Encoding.UTF8.GetString(version.Key), version.Value.IsNull ? null : Encoding.UTF8.GetString(version.Value.Span)));

    private static string Show(Row row) => string.Create(CultureInfo.InvariantCulture, $"{row.Key}={row.Value ?? "-"}@{row.Offset}/{row.TimestampMs}");

    private static string Join(IEnumerable<string> texts) => string.Join(' ', texts);
}
