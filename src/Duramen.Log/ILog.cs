using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>
/// An append-only, ordered sequence of record batches: the one thing everything else is built on. A log may be in memory, on disk,
/// replicated or remote; whoever uses it cannot tell, but for its latency.
/// <para>
/// Order: offsets are given in the order in which appends are accepted, without gaps, and become durable and committed in that order.
/// Visibility: nothing at or above <see cref="LogWatermarks.Committed"/> is ever returned.
/// Integrity: every batch that is returned had its checksum verified; damage is an error, never a shorter or different answer.
/// Cancellation: a token that is cancelled before the call refuses it, whatever else the answer would have been, and nothing changes.
/// Abilities: a log that is kept elsewhere may be unable to do some of what an append can ask for. It refuses that with
/// <see cref="LogErrors.NotSupported"/>, always and before anything happens; what it cannot do is said where the kind of log is described. It may also be out of
/// reach, which is <see cref="LogErrors.Unavailable"/>.
/// All members are safe to call from any thread. A closed log still has its identity and last watermarks; everything else on it, calls that
/// wait included, fails with <see cref="LogErrors.Closed"/>. What an asynchronous member throws, it throws through its task.
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
    /// Offset order is the order of the calls; any number of appends may be under way at once. In a log that commits by itself the batches
    /// are committed too when the task ends.
    /// <para>
    /// A valid batch here is one whose length, magic and checksum are right, that holds at least one record, and whose last offset delta is its
    /// record count less one. Its records are not looked at: whoever takes batches from strangers checks those first. Batches are checked before
    /// the end of the log is.
    /// </para>
    /// <para>
    /// The log remembers the last batches of every producer, for as long as it is active and longer (<see cref="AppendOptions.Producer"/>). An append that
    /// comes again, while the first one is still under way perhaps, is answered with the offsets of the first once those are durable.
    /// </para>
    /// </summary>
    /// <param name="batches">The batches, back to back.</param>
    /// <param name="options">Expected end, leader epoch, and whether the producer is checked.</param>
    /// <param name="cancellationToken">
    /// Refuses an append that has not begun. Once the log has given it offsets an append cannot be withdrawn, and the token is not looked at.
    /// </param>
    /// <exception cref="LogException">
    /// <see cref="LogErrors.Conflict"/>: the log does not end where expected (see <see cref="TryAppendAsync"/>).
    /// <see cref="LogErrors.SequenceGap"/>, <see cref="LogErrors.ProducerFenced"/>: see <see cref="AppendStatus"/>.
    /// <see cref="LogErrors.InvalidBatch"/>: the bytes are not whole, valid batches. <see cref="LogErrors.Full"/>: no room, try again later.
    /// <see cref="LogErrors.NotSupported"/>: this kind of log cannot do what the options ask, or not with these batches.
    /// <see cref="LogErrors.Unavailable"/>: what the log is kept on did not answer; whether this append is in the log is not known.
    /// <see cref="LogErrors.Failed"/>: the log met a failure it cannot survive in this process; whether this append is durable is not known.
    /// <see cref="LogErrors.Closed"/>: the log was closed or deleted.
    /// </exception>
    ValueTask<AppendResult> AppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>
    /// As <see cref="AppendAsync"/>, but a log that does not end at <see cref="AppendOptions.ExpectedEnd"/>, a gap in the sequence of the producer and an
    /// epoch of it that is over are answers, not exceptions.
    /// </summary>
    ValueTask<AppendOutcome> TryAppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads whole committed batches, beginning with the one that holds <paramref name="from"/> or, where compaction removed it, the first
    /// after it. Reading at <see cref="LogWatermarks.Committed"/> returns an empty slice at once, and so does reading where compaction removed
    /// everything up to there. A batch that begins below <see cref="LogWatermarks.Start"/> and ends above it is still returned whole.
    /// </summary>
    /// <exception cref="LogException">
    /// <see cref="LogErrors.OffsetOutOfRange"/>: below the start or above the committed end. <see cref="LogErrors.Corrupt"/>: the stored
    /// bytes are not those that were written; the message names the file and position.
    /// </exception>
    ValueTask<LogSlice> ReadAsync(Offset from, ReadLimits limits, CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns when something is committed at or after <paramref name="offset"/>, that is, when <see cref="LogWatermarks.Committed"/> is above it;
    /// <see cref="Watermarks"/> show it by then. Trimming does not matter: what was committed and trimmed was committed.
    /// </summary>
    ValueTask WaitForCommittedAsync(Offset offset, CancellationToken cancellationToken = default);

    /// <summary>
    /// Finds the first record, in offset order, that is committed, not trimmed, and has a timestamp at or after a moment; null when there is none.
    /// A batch whose header states an earlier largest timestamp is believed and not decoded.
    /// </summary>
    /// <exception cref="LogException">
    /// <see cref="LogErrors.InvalidBatch"/>: a batch that had to be searched was appended with records that cannot be decoded.
    /// <see cref="LogErrors.Corrupt"/>: as for reading.
    /// </exception>
    ValueTask<TimestampMatch?> FindTimestampAsync(long timestampMs, CancellationToken cancellationToken = default);

    /// <summary>
    /// The producers that the log remembers, as of its durable end, in the order of their last batches. A look at all of them: for people, not for every append.
    /// </summary>
    ValueTask<IReadOnlyList<KnownProducer>> ListProducersAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes every record below <paramref name="newStart"/>; durable when it returns. Does nothing when the log starts there or later.
    /// An offset inside a batch becomes the start exactly, while the batch stays as it is, since a batch is never cut.
    /// </summary>
    /// <exception cref="LogException"><see cref="LogErrors.OffsetOutOfRange"/>: above the committed end.</exception>
    ValueTask TrimAsync(Offset newStart, CancellationToken cancellationToken = default);
}
