using Duramen.Core.Ids;
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

    /// <summary>A log that commits by itself was told what is committed.</summary>
    public static InvalidOperationException CommitsByItself(ILog log) =>
        new($"Log '{log.Name}' commits what is durable by itself; nobody else may say what is committed.");
}
