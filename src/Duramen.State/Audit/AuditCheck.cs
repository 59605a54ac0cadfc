using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Audit.Merkle;
using Duramen.State.Audit.Trails;

namespace Duramen.State.Audit;

/// <summary>
/// Checks all of a log's history against seals, and against what a kept trail took in. With a kept trail the first batch that was altered is known; without one it
/// lies between the last seal that the history agrees with and the first one that it does not.
/// </summary>
public static class AuditCheck
{
    /// <summary>Reads the log from its start to its committed end. A trail takes in what was committed since, where the log agrees with what it had.</summary>
    /// <param name="trail">The trail, which says which log.</param>
    /// <param name="seals">The seals; none to compare with the trail alone.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StateException"><see cref="StateErrors.AuditTrimmed"/>: the log begins behind the end of the trail.</exception>
    /// <exception cref="LogException">The log cannot be read for another reason than damage.</exception>
    public static async ValueTask<AuditReport> RunAsync(AuditTrail trail, IReadOnlyList<AuditSeal> seals, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trail);
        ArgumentNullException.ThrowIfNull(seals);
        long had = trail.Batches;
        Offset start = trail.Log.Watermarks.Start;
        long trimmed = trail.CountBefore(start);
        AuditDifference? difference = await CompareAsync(trail, Offset.Max(start, trail.First), trimmed, cancellationToken).ConfigureAwait(false);
        difference ??= await ExtendAsync(trail, cancellationToken).ConfigureAwait(false);
        (AuditSeal Seal, string? Fault)[] checkedSeals = [.. seals.Select(seal => (seal, trail.FaultOf(seal))).OrderBy(one => one.seal.AsOf.Value)];
        return new AuditReport
        {
            Seals = checkedSeals,
            Difference = difference ?? Between(trail, checkedSeals),
            ComparedBatches = difference is null ? had - trimmed : 0,
            TrimmedBatches = trimmed,
            Now = trail.Seal(),
        };
    }

    /// <summary>Compares the batches of the log with the leaves of a trail, from the first leaf that the log still has.</summary>
    private static async ValueTask<AuditDifference?> CompareAsync(AuditTrail trail, Offset from, long firstIndex, CancellationToken cancellationToken)
    {
        long index = firstIndex;
        long count = trail.Batches;
        Offset end = trail.End;
        Offset next = from;
        try
        {
            await foreach (LogSlice slice in TrailReading.ReadAsync(trail.Log, from, Offset.Min(end, trail.Log.Watermarks.Committed), cancellationToken).ConfigureAwait(false))
            {
                using (slice)
                {
                    if (Compare(trail, slice.Batches.Span, end, ref index) is { } difference)
                    {
                        return difference;
                    }

                    next = slice.NextOffset;
                }
            }
        }
        catch (LogException error) when (error.Code == LogErrors.Corrupt)
        {
            return new AuditDifference(next, next.Plus(1), IsExact: false, error.Message);
        }

        return index >= count ? null
            : trail.LeafAt(index).Leaf is var missing ? new AuditDifference(missing.BaseOffset, missing.NextOffset, IsExact: true, $"The batch of offsets {Range(missing)} is gone.")
            : null;
    }

    private static AuditDifference? Compare(AuditTrail trail, ReadOnlySpan<byte> batches, Offset end, ref long index)
    {
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch) && batch.BaseOffset < end)
        {
            var found = new TrailLeaf(batch.BaseOffset, batch.NextOffset);
            (TrailLeaf leaf, MerkleHash hash) = index < trail.Batches ? trail.LeafAt(index) : (new TrailLeaf(end, end), default);
            if (found != leaf)
            {
                Offset first = Offset.Min(found.BaseOffset, leaf.BaseOffset);
                string what = found.BaseOffset < leaf.BaseOffset ? $"There is a batch of offsets {Range(found)} that the trail does not have."
                    : found.BaseOffset > leaf.BaseOffset ? $"The batch of offsets {Range(leaf)} is gone."
                    : $"The batch at offset {first} has the offsets {Range(found)}; the trail has {Range(leaf)}.";
                return new AuditDifference(first, Offset.Max(first.Plus(1), Offset.Min(found.NextOffset, leaf.NextOffset)), IsExact: true, what);
            }

            if (MerkleHash.OfLeaf(batch.Bytes) != hash)
            {
                return new AuditDifference(leaf.BaseOffset, leaf.NextOffset, IsExact: true, $"The batch of offsets {Range(leaf)} was altered or compacted since it was taken in.");
            }

            index++;
            batches = batches[batch.SizeBytes..];
        }

        return null;
    }

    private static async ValueTask<AuditDifference?> ExtendAsync(AuditTrail trail, CancellationToken cancellationToken)
    {
        try
        {
            await trail.ExtendAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (LogException error) when (error.Code == LogErrors.Corrupt)
        {
            return new AuditDifference(trail.End, trail.End.Plus(1), IsExact: false, error.Message);
        }
    }

    /// <summary>What seals alone can say: something between the last one that agrees and the first one that does not.</summary>
    private static AuditDifference? Between(AuditTrail trail, (AuditSeal Seal, string? Fault)[] seals)
    {
        // Another log, or another beginning, is nothing that happened in between.
        AuditSeal[] failed = [.. seals.Where(one => one.Fault is not null && one.Seal.First == trail.First).Select(one => one.Seal)];
        if (failed.Length == 0)
        {
            return null;
        }

        Offset agreed = seals.Where(one => one.Fault is null).Select(one => one.Seal.AsOf).DefaultIfEmpty(trail.First).Max();
        Offset differs = failed.Select(seal => seal.AsOf).Where(asOf => asOf > agreed).DefaultIfEmpty(failed[0].AsOf).Min();
        return differs <= agreed
            ? null
            : new AuditDifference(agreed, differs, IsExact: false, $"The first difference is at or after offset {agreed} and before {differs}: between what the seals agree with and what not.");
    }

    private static string Range(TrailLeaf leaf) => $"{leaf.BaseOffset} to {leaf.NextOffset.Value - 1}";
}
