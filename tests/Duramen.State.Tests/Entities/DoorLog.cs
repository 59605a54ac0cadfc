using System.Threading.Channels;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Memory;

namespace Duramen.State.Tests.Entities;

/// <summary>A log in memory at whose door appends on a condition wait, one after the other, until a test lets them in or turns them away.</summary>
internal sealed class DoorLog(MemoryLog log) : IHoldableLog
{
    private readonly Channel<TaskCompletionSource> _waiting = Channel.CreateUnbounded<TaskCompletionSource>();

    /// <summary>Whether everybody gets in without being asked.</summary>
    public bool IsOpen { get; set; }

    public LogId Id => log.Id;

    public string Name => log.Name;

    public LogWatermarks Watermarks => log.Watermarks;

    /// <summary>The next append that is at the door. Its result lets it in, an exception turns it away.</summary>
    public Task<TaskCompletionSource> NextAsync() => _waiting.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Lets the next append in.</summary>
    public async Task PassAsync() => (await NextAsync()).SetResult();

    public ValueTask<AppendResult> AppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default) =>
        log.AppendAsync(batches, options, cancellationToken);

    public async ValueTask<AppendOutcome> TryAppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        if (!IsOpen)
        {
            var door = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _waiting.Writer.WriteAsync(door, cancellationToken);
            await door.Task;
        }

        return await log.TryAppendAsync(batches, options, cancellationToken);
    }

    public ValueTask<LogSlice> ReadAsync(Offset from, ReadLimits limits, CancellationToken cancellationToken = default) => log.ReadAsync(from, limits, cancellationToken);

    public ValueTask WaitForCommittedAsync(Offset offset, CancellationToken cancellationToken = default) => log.WaitForCommittedAsync(offset, cancellationToken);

    public ValueTask<TimestampMatch?> FindTimestampAsync(long timestampMs, CancellationToken cancellationToken = default) =>
        log.FindTimestampAsync(timestampMs, cancellationToken);

    public ValueTask<IReadOnlyList<KnownProducer>> ListProducersAsync(CancellationToken cancellationToken = default) => log.ListProducersAsync(cancellationToken);

    public ValueTask TrimAsync(Offset newStart, CancellationToken cancellationToken = default) => log.TrimAsync(newStart, cancellationToken);

    public IDisposable? HoldAppends() => log.HoldAppends();
}
