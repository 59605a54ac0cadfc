using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.State.Audit.Trails;

namespace Duramen.State.Audit;

/// <summary>The refusals of audits in words.</summary>
internal static class AuditRefusals
{
    public static StateException Trimmed(ILog log, Offset from, Offset start) => new(
        StateErrors.AuditTrimmed,
        $"Log '{log.Name}' begins at offset {start}: what it had from offset {from} to there was trimmed, and no trail here took it in before.",
        $"Its history is provable from offset {start} on: begin a trail there, or use the one that was kept.");

    public static StateException HistoryLost(ILog log, Offset expected, Offset committed) => new(
        StateErrors.AuditMismatch,
        $"Log '{log.Name}' ends at offset {committed}, but its trail has batches up to offset {expected}: records that it had are gone.",
        "Find out whether the log was restored from an older copy or cut.");

    public static StateException Altered(ILog log, TrailLeaf leaf) => new(
        StateErrors.AuditMismatch,
        $"Log '{log.Name}' does not have the batch of offsets {leaf.BaseOffset} to {leaf.NextOffset.Value - 1} that its trail took in: it was altered or compacted since.",
        "Compare it with a copy of the log from before.");

    public static StateException Overlapping(ILog log, TrailLeaf leaf, Offset end) => new(
        StateErrors.AuditMismatch,
        $"Log '{log.Name}' has a batch of offsets {leaf.BaseOffset} to {leaf.NextOffset.Value - 1}, but its trail ends at offset {end}, inside of it.",
        "Find out what replaced the batches of the log.");

    public static StateException NotSealed(ILog log, AuditSeal seal, string fault) => new(
        StateErrors.AuditMismatch,
        $"The history of log '{log.Name}' does not go on from the seal as of {seal.AsOf}. {fault}",
        "Check the whole history against the seal.");

    public static StateException OutOfRange(ILog log, Offset asOf, Offset first, Offset end) => new(
        StateErrors.AuditOutOfRange,
        $"Log '{log.Name}' cannot be sealed as of {asOf}: its history here goes from offset {first} to {end}.",
        "Give an offset in that range.");

    public static StateException InsideBatch(ILog log, Offset asOf, TrailLeaf leaf) => new(
        StateErrors.AuditOutOfRange,
        $"Log '{log.Name}' cannot be sealed as of {asOf}, which is inside the batch of offsets {leaf.BaseOffset} to {leaf.NextOffset.Value - 1}: a batch is sealed whole.",
        $"Seal it as of {leaf.BaseOffset} or {leaf.NextOffset}.");

    public static StateException NoRecord(ILog log, Offset offset, AuditSeal seal) => new(
        StateErrors.AuditOutOfRange,
        $"Log '{log.Name}' has no record with offset {offset} in its history from offset {seal.First} to {seal.AsOf}.",
        "Give the offset of a record in that range that was not compacted away.");
}
