using Duramen.Core.Ids;
using Duramen.Log.Memory;
using Duramen.Log.Timestamps;
using Duramen.Records.Batches;
using Xunit;

namespace Duramen.Log.Tests.Timestamps;

/// <summary>As of a time is after every record at or before it, wherever timestamps go.</summary>
public sealed class TimestampIndexTests : IAsyncDisposable
{
    private readonly MemoryLog _log = new(new LogId(Guid.NewGuid()), "times");
    private readonly List<long> _times = [];

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Theory]
    [InlineData(5, 0)]
    [InlineData(10, 1)]
    [InlineData(20, 4)]
    [InlineData(24, 4)]
    [InlineData(25, 6)]
    [InlineData(29, 6)]
    [InlineData(30, 6)]
    [InlineData(39, 6)]
    [InlineData(40, 7)]
    [InlineData(long.MaxValue, 7)]
    public async Task A_record_behind_a_later_one_counts(long timestampMs, long end)
    {
        await AppendAsync(10, 30, 25, 20, 26, 25, 40);
        Assert.Equal(new Offset(end), await new TimestampIndex(_log).FindEndAsync(timestampMs, new Offset(7)));
    }

    [Fact]
    public async Task Records_behind_the_end_that_is_given_do_not_count()
    {
        await AppendAsync(10, 30, 40, 20);
        Assert.Equal(new Offset(1), await new TimestampIndex(_log).FindEndAsync(20, new Offset(3)));
        Assert.Equal(new Offset(4), await new TimestampIndex(_log).FindEndAsync(20, new Offset(4)));
        Assert.Equal(Offset.Zero, await new TimestampIndex(_log).FindEndAsync(20, Offset.Zero));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task One_index_agrees_with_a_look_at_every_record_while_its_log_grows_and_is_trimmed(int seed)
    {
        var random = new Random(seed);
        var index = new TimestampIndex(_log);
        for (int step = 0; step < 60; step++)
        {
            // Times go forth on the whole, and back now and then, now a little and now beyond many pieces of the index.
            await AppendAsync([.. Enumerable.Range(0, random.Next(1, 1_500)).Select(_ => (_times.Count * 10L) - (random.Next(2_000) == 0 ? random.Next(300_000) : random.Next(30)))]);
            if (random.Next(10) == 0)
            {
                long start = _log.Watermarks.Start.Value;
                await ((ILog)_log).TrimAsync(new Offset(random.NextInt64(start, start + ((_times.Count - start) / 4) + 1)));
            }

            long first = _log.Watermarks.Start.Value;
            for (int round = 0; round < 5; round++)
            {
                long timestampMs = random.NextInt64(-100, (_times.Count * 10) + 100);
                long last = _times.FindLastIndex(time => time <= timestampMs);
                Assert.Equal(last < first ? first : last + 1, (await index.FindEndAsync(timestampMs, new Offset(_times.Count))).Value);
            }
        }
    }

    [Fact]
    public async Task A_record_below_the_start_does_not_count_because_its_batch_is_still_there()
    {
        await AppendAsync(10, 20, 40, 50);
        await ((ILog)_log).TrimAsync(new Offset(2));
        Assert.Equal(new TimePlace(null, new Offset(2)), await new TimestampIndex(_log).FindAsync(25, new Offset(4), new NothingKnown()));
    }

    private async Task AppendAsync(params long[] times)
    {
        foreach (long[] piece in times.Chunk(200))
        {
            using RecordBatchBuilder builder = new();
            foreach (long timestampMs in piece)
            {
                builder.Append(timestampMs, "k"u8, "v"u8);
            }

            await ((ILog)_log).AppendAsync(builder.Build());
            _times.AddRange(piece);
        }
    }

    private sealed class NothingKnown : IKnownRecords
    {
        public Offset From => Offset.Zero;

        public IEnumerable<TimestampMatch> Between(Offset from, Offset to) => [];
    }
}
