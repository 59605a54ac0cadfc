using System.Globalization;
using System.Text;
using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Tests.Store;

/// <summary>What a store must answer, computed from the list of everything that was put, without a thought of cost.</summary>
internal sealed class NaiveFold
{
    private readonly List<(string Key, string? Value, long Offset)> _puts = [];

    public long Position { get; private set; }

    public long Horizon { get; set; }

    public IReadOnlyList<(string Key, string? Value, long Offset)> Puts => _puts;

    public void Put(string key, string? value, long offset) => _puts.Add((key, value, offset));

    public void Advance(long position) => Position = position;

    /// <summary>Random records: few keys, some removals, gaps between offsets, now and then several keys at one offset.</summary>
    public void AddRandom(Random random, int keys)
    {
        long offset = Position + (random.Next(4) == 0 ? random.Next(3) : 0);
        int puts = random.Next(10) switch { 0 => 0, 1 => 3, _ => 1 };
        for (int put = 0; put < puts; put++)
        {
            string key = $"{(random.Next(2) == 0 ? "key-with-a-long-prefix-" : "k")}{random.Next(keys)}";
            Put(key, random.Next(5) == 0 ? null : new string((char)('a' + random.Next(26)), random.Next(60)), offset);
        }

        Advance(offset + 1);
    }

    /// <summary>Puts into a store what it does not have yet, up to a position.</summary>
    public void CatchUp(IVersionedStore store, long position)
    {
        long from = store.Position.Value;
        foreach ((string key, string? value, long offset) in _puts)
        {
            if (offset >= from && offset < position)
            {
                if (offset > store.Position.Value)
                {
                    store.Advance(new Offset(offset));
                }

                store.Put(key, value, offset);
            }
        }

        store.Advance(new Offset(position));
    }

    /// <summary>Compares every answer of a store that was folded as far, at moments that are chosen at random.</summary>
    public void Check(IVersionedStore store, Random random)
    {
        using IStoreSnapshot snapshot = store.OpenSnapshot();
        long position = snapshot.Position.Value;
        long horizon = snapshot.Horizon.Value;
        string[] keys = [.. _puts.Select(put => put.Key).Distinct().Append("absent")];
        for (int round = 0; round < 3; round++)
        {
            long asOf = random.NextInt64(horizon, position + 1);
            long other = random.NextInt64(horizon, position + 1);
            Assert.Equal(Scan(asOf, _ => true), snapshot.Scan(KeyRange.All, asOf));
            Assert.Equal(Scan(asOf, key => key.StartsWith("key", StringComparison.Ordinal)), snapshot.Scan(KeyRange.WithPrefix("key"u8), asOf));
            Assert.Equal(Reversed(Scan(asOf, _ => true)), snapshot.Scan(KeyRange.All, asOf, ScanOrder.Descending));
            (string first, string end) = (keys[random.Next(keys.Length)], keys[random.Next(keys.Length)]);
            var between = new KeyRange(Encoding.UTF8.GetBytes(first), Encoding.UTF8.GetBytes(end));
            string expected = Scan(asOf, key => string.CompareOrdinal(key, first) >= 0 && string.CompareOrdinal(key, end) < 0);
            Assert.Equal(expected, snapshot.Scan(between, asOf));
            Assert.Equal(Reversed(expected), snapshot.Scan(between, asOf, ScanOrder.Descending));
            Assert.Equal(Diff(asOf, other), snapshot.Diff(asOf, other));
            AssertChanges(asOf, other, snapshot);
            foreach (string key in keys)
            {
                Assert.Equal(Find(key, asOf)?.Value, snapshot.Get(key, asOf));
            }

            string some = keys[random.Next(keys.Length)];
            Assert.Equal(History(some, horizon, position), snapshot.History(some));
            Assert.Equal(History(some, asOf, position, isFromOnly: asOf > horizon), snapshot.History(some, asOf));
        }
    }

    private void AssertChanges(long from, long to, IStoreSnapshot snapshot)
    {
        var expected = new Dictionary<(string, long), string?>();
        foreach ((string key, string? value, long offset) in _puts)
        {
            if (offset >= from && offset < to)
            {
                expected[(key, offset)] = value;
            }
        }

        var seen = new Dictionary<(string, long), string?>();
        long last = from;
        using IVersionCursor changes = snapshot.Changes(new Offset(from), new Offset(to));
        while (changes.MoveNext())
        {
            VersionView version = changes.Current;
            Assert.True(version.Offset.Value >= last);
            last = version.Offset.Value;
            seen.Add((Encoding.UTF8.GetString(version.Key), last), version.Value.IsNull ? null : Encoding.UTF8.GetString(version.Value));
        }

        Assert.Equal(expected.OrderBy(put => put.Key), seen.OrderBy(put => put.Key));
    }

    private (string? Value, long Offset)? Find(string key, long asOf)
    {
        (string? Value, long Offset)? found = null;
        foreach ((string putKey, string? value, long offset) in _puts)
        {
            found = putKey == key && offset < asOf ? (value, offset) : found;
        }

        return found;
    }

    private string Scan(long asOf, Func<string, bool> isInRange)
    {
        var text = new StringBuilder();
        foreach (string key in KeysInOrder().Where(isInRange))
        {
            text.Append(Find(key, asOf) is ({ } value, long offset) ? string.Create(CultureInfo.InvariantCulture, $"{key}={value}@{offset} ") : "");
        }

        return text.ToString().TrimEnd();
    }

    private string History(string key, long horizon, long position, bool isFromOnly = false)
    {
        long first = !isFromOnly && Find(key, horizon) is ({ }, long offset) ? offset : horizon;
        var versions = new SortedDictionary<long, string?>();
        foreach ((string putKey, string? value, long at) in _puts)
        {
            if (putKey == key && at >= first && at < position)
            {
                versions[at] = value;
            }
        }

        return string.Join(' ', versions.Select(version => version.Value is null ? $"{key}=-" : $"{key}={version.Value}@{version.Key}"));
    }

    private string Diff(long from, long to)
    {
        var text = new StringBuilder();
        foreach (string key in KeysInOrder())
        {
            string before = Find(key, from) is ({ } old, long oldOffset) ? string.Create(CultureInfo.InvariantCulture, $"{old}@{oldOffset}") : "-";
            string after = Find(key, to) is ({ } now, long nowOffset) ? string.Create(CultureInfo.InvariantCulture, $"{now}@{nowOffset}") : "-";
            if (Find(key, from)?.Value != Find(key, to)?.Value)
            {
                string kind = before == "-" ? "Added" : after == "-" ? "Removed" : "Changed";
                text.Append(CultureInfo.InvariantCulture, $"{kind} {key} {before}>{after} ");
            }
        }

        return text.ToString().TrimEnd();
    }

    private static string Reversed(string rows) => string.Join(' ', rows.Split(' ').Reverse());

    private IEnumerable<string> KeysInOrder() => _puts.Select(put => put.Key).Distinct().Order(StringComparer.Ordinal);
}
