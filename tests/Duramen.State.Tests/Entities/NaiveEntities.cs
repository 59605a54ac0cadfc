using System.Globalization;
using System.Text;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Entities;

namespace Duramen.State.Tests.Entities;

/// <summary>The entities of a log whose first record is there, counted one record after the other: what everything else is held against.</summary>
internal sealed class NaiveEntities
{
    private readonly Dictionary<string, List<(string? Value, long Offset)>> _entities = [];
    private readonly Dictionary<(string Key, string RequestId), (long Version, long Offset)> _requests = [];

    public static async Task<NaiveEntities> ReadAsync(ILog log)
    {
        var naive = new NaiveEntities();
        Offset next = Offset.Zero;
        while (next < log.Watermarks.Committed)
        {
            using LogSlice slice = await log.ReadAsync(next, ReadLimits.Default);
            naive.Add(slice.Batches.Span);
            next = slice.NextOffset;
        }

        return naive;
    }

    /// <summary>Holds what callers were told against the log.</summary>
    public void Check(IReadOnlyCollection<EntityAnswer> answers)
    {
        foreach (EntityAnswer answer in answers)
        {
            Check(answer);
        }

        // Everything that was appended was told to one caller, and each request was appended once.
        EntityAnswer[] appended = [.. answers.Where(answer => answer.Outcome.Status == EntityAppendStatus.Appended)];
        Assert.Equal(appended.Sum(answer => answer.Count), _entities.Values.Sum(records => records.Count(record => record.Value != "foreign")));
        Assert.Equal(appended.Length, appended.Select(answer => answer.Outcome.Offset).Distinct().Count());
        (string, string)[] requests = [.. appended.Where(answer => answer.RequestId is not null).Select(answer => (answer.Key, answer.RequestId!))];
        Assert.Equal(requests.Length, requests.Distinct().Count());
    }

    /// <summary>Holds what one caller was told against the log.</summary>
    public void Check(EntityAnswer answer)
    {
        List<(string? Value, long Offset)> records = _entities.GetValueOrDefault(answer.Key, []);
        long version = answer.Outcome.Version.Value;
        Assert.InRange(version, 0, records.Count);
        switch (answer.Outcome.Status)
        {
            case EntityAppendStatus.Conflict:
                Assert.False(answer.Expected.Holds(answer.Outcome.Version));
                break;
            case EntityAppendStatus.Duplicate:
                Assert.Equal((version, answer.Outcome.Offset.Value), _requests[(answer.Key, answer.RequestId!)]);
                break;
            default:
                // The records are neighbours in the log, and the entity was as expected right before them.
                Assert.True(answer.Expected.Holds(new EntityVersion(version - answer.Count)));
                Assert.Equal(answer.Outcome.Offset.Value, records[(int)version - 1].Offset);
                Assert.Equal(answer.Count - 1, records[(int)version - 1].Offset - records[(int)version - answer.Count].Offset);
                break;
        }
    }

    /// <summary>Holds what is read against the log, forwards and backwards.</summary>
    public async Task CheckAsync(EntityLog entities)
    {
        foreach ((string key, List<(string? Value, long Offset)> records) in _entities)
        {
            string[] expected = [.. records.Select((record, index) => $"{index + 1}:{record.Value ?? "-"}@{record.Offset}")];
            Assert.Equal($"v{records.Count} [{string.Join(" ", expected)}]", await entities.ReadTextAsync(key));
            Array.Reverse(expected);
            Assert.Equal($"v{records.Count} [{string.Join(" ", expected)}]", await entities.ReadTextAsync(key, new EntityRead { IsBackwards = true }));
        }
    }

    private void Add(ReadOnlySpan<byte> batches)
    {
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            var reader = new RecordReader(batch, batch.RecordsBytes);
            while (reader.TryRead(out RecordView record))
            {
                if (!record.Key.IsNull)
                {
                    Add(record);
                }
            }

            Assert.True(reader.Fault.IsNone);
            batches = batches[batch.SizeBytes..];
        }
    }

    private void Add(RecordView record)
    {
        string key = Encoding.UTF8.GetString(record.Key.Span);
        if (!_entities.TryGetValue(key, out List<(string? Value, long Offset)>? records))
        {
            _entities.Add(key, records = []);
        }

        records.Add((record.Value.IsNull ? null : Encoding.UTF8.GetString(record.Value.Span), record.Offset.Value));
        if (record.Headers.TryGetLast("duramen.version"u8, out Core.Binary.NullableBytes version))
        {
            Assert.Equal(records.Count, long.Parse(Encoding.ASCII.GetString(version.Span), CultureInfo.InvariantCulture));
        }

        if (record.Headers.TryGetLast("duramen.request"u8, out Core.Binary.NullableBytes request))
        {
            Assert.True(_requests.TryAdd((key, Encoding.UTF8.GetString(request.Span)), (records.Count, record.Offset.Value)));
        }
    }
}
