using System.Text.Json;

namespace Duramen.Server.Tests.Load;

/// <summary>Tables and entities, computed from the records of a topic without a thought of cost.</summary>
internal sealed class NaiveState(IReadOnlyList<NaiveState.Row> rows)
{
    /// <summary>A record of the topic.</summary>
    internal sealed record Row(int Partition, long Offset, string Key, string Value)
    {
        public static Row Read(string json)
        {
            using JsonDocument row = JsonDocument.Parse(json);
            JsonElement root = row.RootElement;
            return new Row(root.GetProperty("partition").GetInt32(), root.GetProperty("offset").GetInt64(), root.GetProperty("key").GetString()!, root.GetProperty("value").GetString()!);
        }

        public override string ToString() => $"{Key}={Value} {Partition}@{Offset}";
    }

    /// <summary>The latest value of each key below an offset in each partition, in the order of keys.</summary>
    public IEnumerable<string> Table(long[] asOf) => rows.Where(row => row.Offset < asOf[row.Partition])
        .GroupBy(row => (row.Key, row.Partition)).Select(ofKey => ofKey.MaxBy(row => row.Offset)!)
        .OrderBy(row => row.Key, StringComparer.Ordinal).ThenBy(row => row.Partition).Select(row => row.ToString());

    /// <summary>All values of a key.</summary>
    public IEnumerable<string> History(string key) => Of(key).Select(row => row.ToString());

    /// <summary>The records of an entity with their versions.</summary>
    public IEnumerable<string> Entity(string key) => Of(key).Select((row, index) => $"{index + 1} {row.Value}@{row.Offset}");

    /// <summary>The version that a record made of its entity.</summary>
    public long VersionOf(Row row) => rows.Count(other => other.Key == row.Key && other.Partition == row.Partition && other.Offset <= row.Offset);

    private IEnumerable<Row> Of(string key) => rows.Where(row => row.Key == key).OrderBy(row => row.Offset);
}
