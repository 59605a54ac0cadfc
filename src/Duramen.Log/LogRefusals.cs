using System.Globalization;
using Duramen.Core.Ids;
using Duramen.Log.Producers;
using Duramen.Records.Batches;

namespace Duramen.Log;

/// <summary>The refusals of the contract in words, the same for every kind of log.</summary>
public static class LogRefusals
{
    /// <summary>A conditional append came too late or too early.</summary>
    public static LogException Conflict(ILog log, Offset expectedEnd, Offset actualEnd) => new(
        LogErrors.Conflict,
        $"Log '{log.Name}' ends at offset {actualEnd}, but the append expected offset {expectedEnd}.",
        "Read what was appended meanwhile, decide again and append at the new end.");

    /// <summary>An append that a producer's check or the expected end refused, as an exception.</summary>
    /// <param name="log">The log.</param>
    /// <param name="batches">The batches.</param>
    /// <param name="options">What the append asked for.</param>
    /// <param name="outcome">What became of it.</param>
    public static LogException NotAppended(ILog log, ReadOnlySpan<byte> batches, in AppendOptions options, in AppendOutcome outcome)
    {
        RecordBatchView.TryRead(batches, out RecordBatchView sent);
        ProducerPosition known = outcome.Producer;
        return outcome.Status switch
        {
            AppendStatus.SequenceGap => new LogException(
                LogErrors.SequenceGap,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Log '{log.Name}' has producer {known.Producer} up to sequence number {known.NextSequence} of epoch {known.Epoch}; the append begins at {sent.BaseSequence} of epoch {sent.ProducerEpoch}."),
                "Send what is missing first, or begin a new epoch at sequence number 0. What is older than the last five batches is not recognised any more."),
            AppendStatus.ProducerFenced => new LogException(
                LogErrors.ProducerFenced,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Log '{log.Name}' has seen epoch {known.Epoch} of producer {known.Producer}; the append comes from epoch {sent.ProducerEpoch}, which is over."),
                "Stop this producer: another one has taken its place."),
            _ => Conflict(log, options.ExpectedEnd.GetValueOrDefault(), outcome.ActualEnd),
        };
    }

    /// <summary>The batches of a checked append are not a run of one producer.</summary>
    public static LogException NotOneRun(ILog log) => new(
        LogErrors.InvalidBatch,
        $"Log '{log.Name}' refused an append that its producer is to be checked of: its batches are not consecutive batches of one producer, at most {ProducerLimits.RememberedBatches}.",
        "Append the batches of each producer by themselves, a few at a time.");

    /// <summary>The bytes of an append are not batches.</summary>
    public static LogException InvalidBatch(ILog log, BatchFault fault) => new(
        LogErrors.InvalidBatch,
        $"Log '{log.Name}' refused an append: {fault}",
        "Send whole record batches of version 2, back to back.");

    /// <summary>A stored batch whose records cannot be decoded: it was appended so, or this machine lacks the codec.</summary>
    public static LogException Undecodable(ILog log, Offset baseOffset, BatchFault fault) => new(
        LogErrors.InvalidBatch,
        $"Log '{log.Name}': the records of the batch at offset {baseOffset} cannot be decoded, so no timestamp can be searched in it. {fault}",
        fault.Defect == BatchDefect.CodecUnavailable
            ? "Install the library of the codec on this machine, or search by offset."
            : "Trim the log beyond the batch, or search by offset.");

    /// <summary>A read outside what readers may see.</summary>
    public static LogException ReadOutOfRange(ILog log, Offset from, LogWatermarks watermarks) => new(
        LogErrors.OffsetOutOfRange,
        $"Log '{log.Name}' cannot be read at offset {from}: its readable offsets are {watermarks.Start} to {watermarks.Committed}.",
        "Read from an offset in that range.");

    /// <summary>A trim of what is not committed.</summary>
    public static LogException TrimOutOfRange(ILog log, Offset newStart, Offset committed) => new(
        LogErrors.OffsetOutOfRange,
        $"Log '{log.Name}' cannot be trimmed to offset {newStart}: it is committed only to offset {committed}.",
        "Trim to the committed end at most.");

    /// <summary>A truncation of what is committed.</summary>
    public static LogException TruncateOutOfRange(ILog log, Offset newEnd, Offset committed) => new(
        LogErrors.OffsetOutOfRange,
        $"Log '{log.Name}' cannot be truncated to offset {newEnd}: it is committed to offset {committed}, which is for ever.",
        "Truncate to the committed end at least.");

    /// <summary>The log is no longer there.</summary>
    public static LogException Closed(ILog log) => new(
        LogErrors.Closed,
        $"Log '{log.Name}' ({log.Id}) is closed.",
        "Open the log again.");

    /// <summary>Something that this kind of log cannot do.</summary>
    /// <param name="log">The log.</param>
    /// <param name="what">What it cannot do, as the rest of a sentence that begins with the log.</param>
    /// <param name="remedy">What can be done instead.</param>
    public static LogException NotSupported(ILog log, string what, string remedy) =>
        new(LogErrors.NotSupported, $"Log '{log.Name}' {what}.", remedy);

    /// <summary>A log that commits by itself was told what is committed.</summary>
    public static InvalidOperationException CommitsByItself(ILog log) =>
        new($"Log '{log.Name}' commits what is durable by itself; nobody else may say what is committed.");
}
