using System.Globalization;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Duramen.State.Audit.Merkle;

namespace Duramen.State.Audit;

/// <summary>Whether a proof holds against seals. A pure function of the two: no log is asked, so a seal that is safe is all that must be trusted.</summary>
public static class AuditVerification
{
    /// <summary>
    /// What does not match, each in a sentence; nothing when the proof holds: the batch has the record, it is where the proof says in the history that the proof
    /// speaks of, every seal given is of that history or of the older one that it goes on from, and one of the seals covers the batch.
    /// </summary>
    public static IReadOnlyList<string> FindFaults(AuditProof proof, IReadOnlyList<AuditSeal> seals)
    {
        ArgumentNullException.ThrowIfNull(proof);
        ArgumentNullException.ThrowIfNull(seals);
        List<string> faults = [];
        if (FaultOfBatch(proof) is { } inBatch)
        {
            faults.Add(inBatch);
        }

        AuditSeal history = proof.Seal;
        if (!MerkleProof.VerifyInclusion(MerkleHash.OfLeaf(proof.Batch.Span), proof.Index, history.Batches, history.Root, proof.Inclusion))
        {
            faults.Add($"The batch at place {proof.Index} of {history.Batches} does not lead to the root {history.Root}: the batch, its place, its path or the root was altered.");
        }

        if (proof.Since is { } since && !MerkleProof.VerifyConsistency(since.Batches, since.Root, history.Batches, history.Root, proof.Consistency))
        {
            faults.Add($"The history as of {history.AsOf} does not go on from the one that was sealed as of {since.AsOf}: what was sealed then was altered since, or the proof was.");
        }

        if (FaultOfOffsets(proof) is { } inOffsets)
        {
            faults.Add(inOffsets);
        }

        foreach (AuditSeal seal in seals)
        {
            if (FaultOfSeal(proof, seal) is { } inSeal)
            {
                faults.Add(inSeal);
            }
        }

        if (!seals.Any(seal => seal.Batches > proof.Index))
        {
            faults.Add($"No seal covers offset {proof.Offset}: its batch came later, and nothing vouches for it. Give a seal as of {history.AsOf} too.");
        }

        return faults;
    }

    /// <summary>Looks for the record that a proof is about in its batch, and visits it.</summary>
    /// <returns>False when the batch has none with that offset.</returns>
    public static bool TryVisitRecord(AuditProof proof, Action<RecordView> visit)
    {
        ArgumentNullException.ThrowIfNull(proof);
        ArgumentNullException.ThrowIfNull(visit);
        using RecordBatchDecoder decoder = new();
        if (RecordBatchView.TryRead(proof.Batch.Span, out RecordBatchView batch) && decoder.Open(batch, out RecordReader records).IsNone)
        {
            while (records.TryRead(out RecordView record))
            {
                if (record.Offset == proof.Offset)
                {
                    visit(record);
                    return true;
                }
            }
        }

        return false;
    }

    private static string? FaultOfBatch(AuditProof proof)
    {
        if (!RecordBatchView.TryRead(proof.Batch.Span, out RecordBatchView batch) || batch.SizeBytes != proof.Batch.Length)
        {
            return "The batch in the proof is none, or not a whole one.";
        }

        if (!batch.IsChecksumValid)
        {
            return $"The batch at offset {batch.BaseOffset} has another checksum than its bytes: it was altered.";
        }

        if (proof.Offset < batch.BaseOffset || proof.Offset >= batch.NextOffset)
        {
            return $"The proof is about offset {proof.Offset}, but its batch holds the offsets {batch.BaseOffset} to {batch.LastOffset}.";
        }

        return TryVisitRecord(proof, static _ => { }) ? null : $"The batch at offset {batch.BaseOffset} has no record with offset {proof.Offset} that can be read.";
    }

    // Offsets are in no hash. What a proof says of a seal that nobody gave must at least fit its batch.
    private static string? FaultOfOffsets(AuditProof proof)
    {
        AuditSeal history = proof.Seal;
        if (!RecordBatchView.TryRead(proof.Batch.Span, out RecordBatchView batch))
        {
            return null;
        }

        if (batch.BaseOffset < history.First || batch.NextOffset > history.AsOf)
        {
            return $"The proof speaks of the history from offset {history.First} to {history.AsOf}, and its batch holds the offsets {batch.BaseOffset} to {batch.LastOffset}.";
        }

        return proof.Since is not { } since ? null
            : since.Log != history.Log || since.First != history.First
            ? $"The proof speaks of log '{history.Log}' from offset {history.First} on, and of an older seal of log '{since.Log}' from offset {since.First} on."
            : since.AsOf > history.AsOf || (since.AsOf == history.AsOf) != (since.Batches == history.Batches)
                || (proof.Index < since.Batches ? batch.NextOffset > since.AsOf : batch.BaseOffset < since.AsOf)
            ? $"The proof speaks of an older seal as of {since.AsOf} with {since.Batches} batches, and its batch, at place {proof.Index}, holds the offsets {batch.BaseOffset} to {batch.LastOffset}."
            : null;
    }

    private static string? FaultOfSeal(AuditProof proof, AuditSeal seal)
    {
        if (seal.Log != proof.Seal.Log || seal.First != proof.Seal.First)
        {
            return $"The seal is of log '{seal.Log}' from offset {seal.First} on, the proof of log '{proof.Seal.Log}' from offset {proof.Seal.First} on.";
        }

        AuditSeal? same = seal.Batches == proof.Seal.Batches ? proof.Seal : seal.Batches == proof.Since?.Batches ? proof.Since : null;
        if (same is null)
        {
            string sizes = string.Create(CultureInfo.InvariantCulture, $"{proof.Seal.Batches}{(proof.Since is null ? "" : $" or {proof.Since.Batches}")}");
            return $"The seal is of {seal.Batches} batches, and the proof speaks of {sizes}: ask for a proof as of {seal.AsOf}, or since this seal.";
        }

        return seal == same ? null
            : seal.Root != same.Root ? $"The seal as of {seal.AsOf} has the root {seal.Root}, the proof {same.Root}: they are of different histories."
            : $"The seal is as of {seal.AsOf}, the proof as of {same.AsOf}.";
    }
}
