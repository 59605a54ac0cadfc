using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Producers;
using Duramen.Records.Batches;
using Duramen.Storage.Catalogs;
using Duramen.Storage.Journaling;
using Duramen.Storage.Operations;

namespace Duramen.Storage.Logs;

/// <content>
/// What the log knows of its producers, twice: as of the last entry that was written, by which appends are checked, and as of the last one that was
/// applied, which is what the catalog gets and what a truncation goes back to.
/// </content>
public sealed partial class DiskLog
{
    // What one entry forgets at most: with its 876 bytes it fits the smallest group many times over.
    private const int ForgottenAtOnceMax = 100;

    // Guarded by Sync.
    private readonly ProducerHistory _producers;

    // Owned by the committer.
    private ProducerLedger _assignedProducers;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<KnownProducer>> ListProducersAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IReadOnlyList<KnownProducer>>(cancellationToken);
        }

        try
        {
            ThrowIfUnreadable();
        }
        catch (LogException exception)
        {
            return ValueTask.FromException<IReadOnlyList<KnownProducer>>(exception);
        }

        ProducerLedger known;
        lock (Sync)
        {
            known = _producers.ToLedger(_durable);
        }

        return new ValueTask<IReadOnlyList<KnownProducer>>(known.Describe());
    }

    /// <summary>
    /// Answers a checked append that must not be appended: a duplicate, a gap or a producer that is fenced. Called by the committer. What is a duplicate
    /// of was written before, in an earlier group or in this one, and the answer goes out after the group.
    /// </summary>
    internal bool TryAnswer(ReadOnlySpan<byte> batches, Offset end, out AppendOutcome answer)
    {
        ProducerRun.TryRead(batches, out ProducerRun run);
        return _assignedProducers.TryAnswer(run, end, out answer);
    }

    /// <summary>Takes in the producers of batches that are written, with their offsets. Called by the committer.</summary>
    internal void AssignProducers(ReadOnlySpan<byte> batches)
    {
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            if (ProducerBatch.TryRead(batch, out ProducerBatch sent))
            {
                _assignedProducers.Fold(sent, _context.NowMs);
            }

            batches = batches[batch.SizeBytes..];
        }
    }

    /// <summary>Forgets the producers that were silent since before a moment and whose batches are committed; durable when it returns.</summary>
    internal async ValueTask ForgetProducersAsync(long silentSinceMs, CancellationToken cancellationToken)
    {
        bool isMore = HasSilentProducers(silentSinceMs);
        while (isMore)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await SubmitAsync(new ChangeLog(this, Decide)).ConfigureAwait(false);
        }

        (EntryHeader, CatalogWriter?)? Decide()
        {
            ProducerId[] forgotten = [.. _assignedProducers.FindSilent(silentSinceMs, Watermarks.Committed).Take(ForgottenAtOnceMax)];
            isMore = forgotten.Length == ForgottenAtOnceMax;
            return forgotten.Length > 0
                ? (new EntryHeader(EntryKind.ProducersForgotten, Id, default, default, 0, 0, 0), WriteForgotten(forgotten))
                : null;
        }
    }

    /// <summary>The payload of an entry that forgets producers.</summary>
    internal static CatalogWriter WriteForgotten(ProducerId[] forgotten)
    {
        CatalogWriter payload = new CatalogWriter().Int32(forgotten.Length);
        Array.ForEach(forgotten, producer => payload.Int64(producer.Value));
        return payload;
    }

    private static HashSet<ProducerId> ReadForgotten(ReadOnlySpan<byte> payload)
    {
        var reader = new CatalogReader(payload, "the journal");
        var forgotten = new HashSet<ProducerId>();
        for (int left = reader.Count(sizeof(long)); left > 0; left--)
        {
            forgotten.Add(new ProducerId(reader.Int64()));
        }

        return forgotten;
    }

    private bool HasSilentProducers(long silentSinceMs)
    {
        lock (Sync)
        {
            return _producers.Settled.FindSilent(silentSinceMs, _committed).Any();
        }
    }

    // A truncation is the first of its group, so that all that was written before it is applied.
    private void AssignTruncatedProducers(Offset newEnd)
    {
        lock (Sync)
        {
            _assignedProducers = _producers.ToLedger(newEnd);
        }
    }

    private void AssignForgottenProducers(ReadOnlySpan<byte> payload)
    {
        foreach (ProducerId producer in ReadForgotten(payload))
        {
            _assignedProducers.Remove(producer);
        }
    }

    private void ApplyForgottenProducers(ReadOnlySpan<byte> payload)
    {
        lock (Sync)
        {
            _producers.Forget(ReadForgotten(payload));
        }
    }
}
