using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>
/// An append-only, ordered sequence of record batches: the one thing everything else is built on. A log may be in memory, on disk,
/// replicated or remote; whoever uses it cannot tell, but for its latency.
/// <para>
/// Order: offsets are given in the order in which appends are accepted, without gaps, and become durable and committed in that order.
/// Visibility: nothing at or above <see cref="LogWatermarks.Committed"/> is ever returned.
/// Integrity: every batch that is returned had its checksum verified; damage is an error, never a shorter or different answer.
/// All members are safe to call from any thread.
/// </para>
/// </summary>
public interface ILog
{
    /// <summary>The identity of the log.</summary>
    LogId Id { get; }

    /// <summary>The name users know the log by: any text, never a path.</summary>
    string Name { get; }

    /// <summary>The watermarks at this moment.</summary>
    LogWatermarks Watermarks { get; }

    /// <summary>
    /// Appends one or more whole batches, all or none of them, and returns once they are durable. The base offset and leader epoch of each
    /// batch are set by the log, and it may set them in the caller's own buffer, which must stay untouched until the task ends.
    /// Offset order is the order of the calls; any number of appends may be under way at once.
    /// </summary>
    /// <param name="batches">The batches, back to back.</param>
    /// <param name="options">Expected end and leader epoch.</param>
    /// <param name="cancellationToken">
    /// Refuses an append that has not begun. Once the log has given it offsets an append cannot be withdrawn, and the token is not looked at.
    /// </param>
    /// <exception cref="LogException">
    /// <see cref="LogErrors.Conflict"/>: the log does not end where expected (see <see cref="TryAppendAsync"/>).
    /// <see cref="LogErrors.InvalidBatch"/>: the bytes are not whole, valid batches. <see cref="LogErrors.Full"/>: no room, try again later.
    /// <see cref="LogErrors.Failed"/>: the log met a failure it cannot survive in this process; whether this append is durable is not known.
    /// <see cref="LogErrors.Closed"/>: the log was closed or deleted.
    /// </exception>
    ValueTask<AppendResult> AppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>
    /// As <see cref="AppendAsync"/>, but a log that does not end at <see cref="AppendOptions.ExpectedEnd"/> is an answer, not an exception.
    /// </summary>
    ValueTask<AppendOutcome> TryAppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads whole committed batches, beginning with the one that holds <paramref name="from"/> or, where compaction removed it, the first
    /// after it. Reading at <see cref="LogWatermarks.Committed"/> returns an empty slice at once.
    /// </summary>
    /// <exception cref="LogException">
    /// <see cref="LogErrors.OffsetOutOfRange"/>: below the start or above the committed end. <see cref="LogErrors.Corrupt"/>: the stored
    /// bytes are not those that were written; the message names the file and position.
    /// </exception>
    ValueTask<LogSlice> ReadAsync(Offset from, ReadLimits limits, CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns when something is committed at or after <paramref name="offset"/>, that is, when <see cref="LogWatermarks.Committed"/> is above it.
    /// </summary>
    ValueTask WaitForCommittedAsync(Offset offset, CancellationToken cancellationToken = default);

    /// <summary>Finds the first committed record whose timestamp is at or after a moment; null when there is none.</summary>
    ValueTask<TimestampMatch?> FindTimestampAsync(long timestampMs, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes every record below <paramref name="newStart"/>; durable when it returns. Does nothing when the log starts there or later.
    /// </summary>
    /// <exception cref="LogException"><see cref="LogErrors.OffsetOutOfRange"/>: above the committed end.</exception>
    ValueTask TrimAsync(Offset newStart, CancellationToken cancellationToken = default);
}
