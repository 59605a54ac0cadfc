using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Audit.Merkle;

namespace Duramen.State.Audit.Trails;

/// <summary>Opens the files of a kept trail: makes them, takes them as they are, or makes them again from the log where they are damaged.</summary>
internal static class TrailOpening
{
    public static async ValueTask<TrailFolder> OpenAsync(
        ILog log, IDisk disk, string folder, AuditTrailOptions options, CancellationToken cancellationToken)
    {
        if (!TrailHeader.Exists(disk, folder))
        {
            // Files without a header were never spoken of.
            return TrailFolder.Create(disk, folder, log.Id, options.First ?? Offset.Zero, TrailFolder.NewestGeneration(disk, folder) + 1);
        }

        TrailHeader? header = TrailHeader.Read(disk, folder);
        if (header is not null && header.Log != log.Id)
        {
            throw new StateException(
                StateErrors.AuditForeign,
                $"The trail in {folder} is of the log with id {header.Log}, not of '{log.Name}' ({log.Id}).",
                "Keep the trail of each log in a folder of its own. A log that is deleted and made again is another.");
        }

        TrailFolder? store = header is null ? TrailFolder.TryOpenNewest(disk, folder, log.Id, options.First ?? Offset.Zero) : TrailFolder.TryOpen(disk, folder, header);
        bool isKept = false;
        try
        {
            if (header is not null && store?.IsIntact() == true)
            {
                CheckFirst(store, folder, options);
                isKept = true;
                return store;
            }

            TrailHeader damaged = header ?? store?.Header ?? new TrailHeader(log.Id, options.First ?? Offset.Zero, TrailFolder.NewestGeneration(disk, folder), 0, MerkleHash.Empty);
            return await RebuildAsync(log, disk, folder, damaged, header?.Root, store, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!isKept)
            {
                store?.Dispose();
            }
        }
    }

    private static void CheckFirst(TrailFolder store, string folder, AuditTrailOptions options)
    {
        // A trail begins with a whole batch, and so perhaps before the offset that was asked for.
        Offset begins = store.Leaves > 0 ? Offset.Min(store.Header.First, store.ReadLeaf(0).BaseOffset) : store.Header.First;
        if (options.First is { } first && first != store.Header.First && first != begins)
        {
            throw new StateException(
                StateErrors.AuditForeign, $"The trail in {folder} begins at offset {begins}, not at {first}.", "Keep a trail that begins elsewhere in another folder.");
        }
    }

    /// <summary>
    /// Makes a trail again beside the damaged one and puts it in its place. Everything that is sound of the old one must come out the same: what was
    /// taken in once is not replaced by whatever the log holds now.
    /// </summary>
    private static async ValueTask<TrailFolder> RebuildAsync(
        ILog log,
        IDisk disk,
        string folder,
        TrailHeader damaged,
        MerkleHash? knownRoot,
        TrailFolder? old,
        AuditTrailOptions options,
        CancellationToken cancellationToken)
    {
        Offset start = log.Watermarks.Start;
        if (start > damaged.First)
        {
            throw new StateException(
                StateErrors.AuditDamaged,
                $"The trail in {folder} is damaged, and log '{log.Name}' has only what it has from offset {start} on: the trail begins at {damaged.First}.",
                $"Put back a copy of the folder; without one, history is provable from offset {start} on, with a new trail.");
        }

        TrailFolder made = TrailFolder.Create(disk, folder, log.Id, damaged.First, damaged.Generation + 1);
        try
        {
            var tree = new MerkleTree(made);
            await foreach (LogSlice slice in TrailReading.ReadAsync(log, damaged.First, log.Watermarks.Committed, cancellationToken).ConfigureAwait(false))
            {
                using (slice)
                {
                    TakeIn(log, slice.Batches.Span, tree, made, old, damaged.Leaves);
                }

                if (tree.Size >= damaged.Leaves)
                {
                    break;
                }
            }

            if (tree.Size < damaged.Leaves)
            {
                throw AuditRefusals.HistoryLost(log, Offset.Max(log.Watermarks.Committed.Plus(1), LastEnd(old, damaged)), log.Watermarks.Committed);
            }

            MerkleHash root = tree.RootAt(damaged.Leaves);
            if (knownRoot is { } known && root != known)
            {
                throw new StateException(
                    StateErrors.AuditMismatch,
                    $"The trail in {folder} is damaged, and log '{log.Name}' does not give its root again: {damaged.Leaves} batches have the root {root}, not {known}.",
                    "Put back a copy of the folder and check the log against it.");
            }

            made.Keep(tree.RootAt(tree.Size));
            made.DeleteOthers();
            options.Notice?.Invoke($"The trail in {folder} was damaged and was made again from log '{log.Name}': {tree.Size} batches, root {tree.RootAt(tree.Size)}.");
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    private static void TakeIn(ILog log, ReadOnlySpan<byte> batches, MerkleTree tree, TrailFolder made, TrailFolder? old, long leaves)
    {
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            long index = tree.Size;
            var leaf = new TrailLeaf(batch.BaseOffset, batch.NextOffset);
            MerkleHash hash = MerkleHash.OfLeaf(batch.Bytes);
            if (old is not null && index < leaves)
            {
                bool isOther = (old.TryReadLeaf(index, out TrailLeaf known) && known != leaf)
                    || (old.TryRead(MerkleNumbers.NodeOver(index, 0), out MerkleHash knownHash) && knownHash != hash);
                if (isOther)
                {
                    throw AuditRefusals.Altered(log, leaf);
                }
            }

            tree.Append(hash);
            made.AppendLeaf(leaf);
            batches = batches[batch.SizeBytes..];
        }
    }

    private static Offset LastEnd(TrailFolder? old, TrailHeader damaged) =>
        old is not null && damaged.Leaves > 0 && old.TryReadLeaf(damaged.Leaves - 1, out TrailLeaf last) ? last.NextOffset : Offset.Zero;
}
