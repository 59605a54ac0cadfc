using System.Buffers;
using Duramen.Core.Ids;
using Duramen.Log.Contract;
using Xunit;

namespace Duramen.Log.Tests;

public sealed class LogSubscriptionTests
{
    [Fact]
    public async Task Where_compaction_removed_everything_to_the_committed_end_the_subscription_waits_there_and_does_not_spin()
    {
        CompactedLog log = new();
        await using IAsyncEnumerator<LogSlice> follower = log.SubscribeAsync(new Offset(5)).GetAsyncEnumerator();

        Task<bool> next = follower.MoveNextAsync().AsTask();

        Assert.False(next.IsCompleted);
        Assert.Equal([new Offset(5)], log.Reads);
        Assert.Equal([new Offset(10)], log.Waits);
        log.Wait.SetResult();
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal([new Offset(5), new Offset(10)], log.Reads);
        follower.Current.Dispose();
    }

    /// <summary>A log committed to offset 10 of which compaction left nothing, and in which one batch follows.</summary>
    private sealed class CompactedLog : ILog
    {
        public List<Offset> Reads { get; } = [];

        public List<Offset> Waits { get; } = [];

        public TaskCompletionSource Wait { get; } = new();

        public LogId Id => default;

        public string Name => "compacted";

        public LogWatermarks Watermarks => throw new NotSupportedException();

        public ValueTask<LogSlice> ReadAsync(Offset from, ReadLimits limits, CancellationToken cancellationToken = default)
        {
            Reads.Add(from);
            if (from < new Offset(10))
            {
                return new(LogSlice.Empty(new Offset(10)));
            }

            byte[] batch = TestBatch.Stamped(TestBatch.Tagged("next"), new Offset(10));
            byte[] rented = ArrayPool<byte>.Shared.Rent(batch.Length);
            batch.CopyTo(rented, 0);
            return new(Waits.Count == 1 ? new LogSlice(rented, batch.Length, new Offset(11)) : throw new InvalidOperationException("Nobody waited."));
        }

        public ValueTask WaitForCommittedAsync(Offset offset, CancellationToken cancellationToken = default)
        {
            Waits.Add(offset);
            return new(Wait.Task);
        }

        public ValueTask<AppendResult> AppendAsync(Memory<byte> batches, AppendOptions options, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<AppendOutcome> TryAppendAsync(Memory<byte> batches, AppendOptions options, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<TimestampMatch?> FindTimestampAsync(long timestampMs, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<IReadOnlyList<KnownProducer>> ListProducersAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask TrimAsync(Offset newStart, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
