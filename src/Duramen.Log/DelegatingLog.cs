using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>A log before another one that does everything as that does; who derives from it changes what is to be different.</summary>
/// <param name="inner">The log behind it; whoever opened it closes it.</param>
public abstract class DelegatingLog(ILog inner) : IHoldableLog
{
    /// <inheritdoc/>
    public LogId Id => Inner.Id;

    /// <inheritdoc/>
    public string Name => Inner.Name;

    /// <inheritdoc/>
    public LogWatermarks Watermarks => Inner.Watermarks;

    /// <summary>The log behind this one.</summary>
    protected ILog Inner { get; } = inner ?? throw new ArgumentNullException(nameof(inner));

    /// <inheritdoc/>
    public virtual ValueTask<AppendResult> AppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default) =>
        Inner.AppendAsync(batches, options, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<AppendOutcome> TryAppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default) =>
        Inner.TryAppendAsync(batches, options, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<LogSlice> ReadAsync(Offset from, ReadLimits limits, CancellationToken cancellationToken = default) => Inner.ReadAsync(from, limits, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask WaitForCommittedAsync(Offset offset, CancellationToken cancellationToken = default) => Inner.WaitForCommittedAsync(offset, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<TimestampMatch?> FindTimestampAsync(long timestampMs, CancellationToken cancellationToken = default) => Inner.FindTimestampAsync(timestampMs, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<KnownProducer>> ListProducersAsync(CancellationToken cancellationToken = default) => Inner.ListProducersAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask TrimAsync(Offset newStart, CancellationToken cancellationToken = default) => Inner.TrimAsync(newStart, cancellationToken);

    /// <inheritdoc/>
    public virtual IDisposable? HoldAppends() => (Inner as IHoldableLog)?.HoldAppends();
}
