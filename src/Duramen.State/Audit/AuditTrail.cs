using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Audit.Merkle;
using Duramen.State.Audit.Trails;

namespace Duramen.State.Audit;

/// <summary>
/// The fold of a log to a Merkle tree over its committed batches, each a leaf with the bytes that consumers get, and which offsets each leaf has: what seals and
/// proofs are made from. One owner, one thread at a time.
/// <para>
/// A trail never changes what it has: it only takes in what was committed since. So truncation, which takes back what is not committed, does not touch it; what
/// was trimmed stays in a trail that was kept, while one that is made anew cannot begin before the start of the log; and where compaction or somebody else
/// replaced bytes, a kept trail says at which offset (<see cref="AuditCheck"/>), while a new one is over what is there now and has another root.
/// </para>
/// </summary>
public sealed class AuditTrail : IDisposable
{
    private readonly ILog _log;
    private readonly string _label;
    private readonly ITrailStore _store;
    private readonly IDisposable? _lock;
    private readonly MerkleTree _tree;

    private AuditTrail(ILog log, string label, ITrailStore store, IDisposable? folderLock, Offset first)
    {
        _log = log;
        _label = label;
        _store = store;
        _lock = folderLock;
        _tree = new MerkleTree(store, store.Leaves);
        First = first;
        End = first;
        if (store.Leaves > 0)
        {
            First = Offset.Min(first, store.ReadLeaf(0).BaseOffset);
            End = store.ReadLeaf(store.Leaves - 1).NextOffset;
        }
    }

    /// <summary>The offset with which the history begins.</summary>
    public Offset First { get; private set; }

    /// <summary>The offset before which the history ends that was taken in.</summary>
    public Offset End { get; private set; }

    /// <summary>The batches that were taken in.</summary>
    public long Batches => _tree.Size;

    internal ILog Log => _log;

    /// <summary>Makes a trail that is gone with its owner; about 80 bytes for each batch of the log.</summary>
    public static AuditTrail InMemory(ILog log, AuditTrailOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        return new AuditTrail(log, options?.Label ?? log.Name, new TrailMemory(), null, options?.First ?? Offset.Zero);
    }

    /// <summary>
    /// Opens a trail that is kept in a folder, and makes a new one where there is none. One that is damaged is made again from the log while that still has everything,
    /// and compared with all that is sound of the old one on the way.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="disk">The disk.</param>
    /// <param name="folder">An absolute path; it is made where it does not exist.</param>
    /// <param name="options">What seals call the log, and where a new trail begins.</param>
    /// <param name="cancellationToken">Ends a rebuilding; the old files stay.</param>
    /// <exception cref="StateException">
    /// <see cref="StateErrors.AuditForeign"/>: the folder has the trail of another log, or of one that begins elsewhere, or is in use.
    /// <see cref="StateErrors.AuditDamaged"/>: it is damaged, and the log was trimmed since it began.
    /// <see cref="StateErrors.AuditMismatch"/>: it is damaged, and the log does not hold what the sound part of it says.
    /// </exception>
    /// <exception cref="DiskException">The disk refuses.</exception>
    /// <exception cref="LogException">The log cannot be read.</exception>
    public static async ValueTask<AuditTrail> OpenAsync(
        ILog log, IDisk disk, string folder, AuditTrailOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(folder);
        options ??= new AuditTrailOptions();
        CreateFolder(disk, folder);
        IDisposable folderLock = disk.TryLock($"{folder}/lock")
            ?? throw new StateException(StateErrors.AuditForeign, $"The trail in {folder} is in use.", "Wait until whoever uses it is done, or keep another.");
        try
        {
            TrailFolder store = await TrailOpening.OpenAsync(log, disk, folder, options, cancellationToken).ConfigureAwait(false);
            return new AuditTrail(log, options.Label ?? log.Name, store, folderLock, store.Header.First);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Takes in what was committed since, and keeps it where the trail is kept.</summary>
    /// <param name="cancellationToken">Ends it between two reads; what was taken in by then stays.</param>
    /// <exception cref="StateException">
    /// <see cref="StateErrors.AuditTrimmed"/>: the log begins behind the end of the trail.
    /// <see cref="StateErrors.AuditMismatch"/>: it ends before it, or a batch reaches over it.
    /// </exception>
    /// <exception cref="LogException">The log cannot be read.</exception>
    public async ValueTask ExtendAsync(CancellationToken cancellationToken = default)
    {
        LogWatermarks marks = _log.Watermarks;
        if (marks.Committed < End)
        {
            throw AuditRefusals.HistoryLost(_log, End, marks.Committed);
        }

        if (marks.Start > End)
        {
            throw AuditRefusals.Trimmed(_log, End, marks.Start);
        }

        long before = Batches;
        Offset end = marks.Committed;
        try
        {
            await foreach (LogSlice slice in TrailReading.ReadAsync(_log, End, end, cancellationToken).ConfigureAwait(false))
            {
                using (slice)
                {
                    TakeIn(slice.Batches.Span);
                }
            }

            End = Offset.Max(End, end);
        }
        finally
        {
            if (Batches > before)
            {
                _store.Keep(_tree.RootAt(Batches));
            }
        }
    }

    /// <summary>The seal of the history as of an offset.</summary>
    /// <param name="asOf">As of where; the end by default.</param>
    /// <exception cref="StateException"><see cref="StateErrors.AuditOutOfRange"/>: it is beyond the end, before the beginning, or inside a batch.</exception>
    public AuditSeal Seal(Offset? asOf = null)
    {
        Offset offset = asOf ?? End;
        if (offset < First || offset > End)
        {
            throw AuditRefusals.OutOfRange(_log, offset, First, End);
        }

        long batches = CountBefore(offset);
        return batches < Batches && _store.ReadLeaf(batches) is var cut && cut.BaseOffset < offset
            ? throw AuditRefusals.InsideBatch(_log, offset, cut)
            : new AuditSeal(_label, First, offset, batches, _tree.RootAt(batches));
    }

    /// <summary>Proves that a record is part of the history as of an offset.</summary>
    /// <param name="offset">The record.</param>
    /// <param name="since">An older seal that the history is to be shown to go on from.</param>
    /// <param name="asOf">As of where; the end by default.</param>
    /// <param name="cancellationToken">Ends the reading of the batch.</param>
    /// <exception cref="StateException">
    /// <see cref="StateErrors.AuditOutOfRange"/>: there is no such record, or no such <paramref name="asOf"/>.
    /// <see cref="StateErrors.AuditTrimmed"/>: the record was trimmed.
    /// <see cref="StateErrors.AuditMismatch"/>: the log's batch is not what the trail has, or the trail does not have what was sealed.
    /// </exception>
    /// <exception cref="LogException">The log cannot be read.</exception>
    public async ValueTask<AuditProof> ProveAsync(Offset offset, AuditSeal? since = null, Offset? asOf = null, CancellationToken cancellationToken = default)
    {
        AuditSeal seal = Seal(asOf);
        long index = CountBefore(offset);
        if (index >= seal.Batches || _store.ReadLeaf(index) is var leaf && offset < leaf.BaseOffset)
        {
            throw AuditRefusals.NoRecord(_log, offset, seal);
        }

        if (since is not null && (FaultOf(since) is { } fault || since.Batches > seal.Batches))
        {
            throw AuditRefusals.NotSealed(_log, since, FaultOf(since) ?? $"The seal has {since.Batches} batches, and the history as of {seal.AsOf} has {seal.Batches}.");
        }

        leaf = _store.ReadLeaf(index);
        byte[] batch = await TrailReading.ReadBatchAsync(_log, offset, leaf, cancellationToken).ConfigureAwait(false);
        return MerkleHash.OfLeaf(batch) != _tree.LeafAt(index)
            ? throw AuditRefusals.Altered(_log, leaf)
            : new AuditProof
            {
                Offset = offset,
                Seal = seal,
                Index = index,
                Batch = batch,
                Inclusion = _tree.ProveInclusion(index, seal.Batches),
                Since = since,
                Consistency = since is null ? [] : _tree.ProveConsistency(since.Batches, seal.Batches),
            };
    }

    /// <summary>Lets go of the files; the log is its owner's.</summary>
    public void Dispose()
    {
        _store.Dispose();
        _lock?.Dispose();
    }

    /// <summary>Why a seal is not one of this history, in a sentence; null when it is.</summary>
    internal string? FaultOf(AuditSeal seal)
    {
        if (seal.Log != _label)
        {
            return $"It is of log '{seal.Log}', not of '{_label}'.";
        }

        if (seal.First != First)
        {
            return $"It is of a history that begins at offset {seal.First}, not at {First}.";
        }

        if (seal.AsOf > End)
        {
            return $"It is as of {seal.AsOf}, and the log ends at offset {End}: records that were sealed are gone.";
        }

        long batches = CountBefore(seal.AsOf);
        return batches != seal.Batches || (batches < Batches && _store.ReadLeaf(batches).BaseOffset < seal.AsOf)
                ? $"It has {seal.Batches} batches as of {seal.AsOf}, and the history has {batches}: batches were added, removed or put together differently."
            : _tree.RootAt(batches) is var root && root != seal.Root ? $"As of {seal.AsOf} it has the root {seal.Root}, and the history {root}."
            : null;
    }

    /// <summary>The batches that end at or before an offset, and so the place of the batch that holds it, if one does.</summary>
    internal long CountBefore(Offset offset)
    {
        long low = 0;
        long high = Batches;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = _store.ReadLeaf(middle).NextOffset <= offset ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The offsets and the hash of a batch that was taken in.</summary>
    internal (TrailLeaf Leaf, MerkleHash Hash) LeafAt(long index) => (_store.ReadLeaf(index), _tree.LeafAt(index));

    /// <summary>Makes a folder and those above it that are missing, durably.</summary>
    private static void CreateFolder(IDisk disk, string folder)
    {
        var made = new Stack<string>();
        for (string path = folder; path.Length > 1 && !disk.FolderExists(path); path = path[..Math.Max(1, path.LastIndexOf('/'))])
        {
            made.Push(path);
        }

        disk.CreateFolder(folder);
        foreach (string path in made)
        {
            disk.SyncFolder(path[..Math.Max(1, path.LastIndexOf('/'))]);
        }
    }

    private void TakeIn(ReadOnlySpan<byte> batches)
    {
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            var leaf = new TrailLeaf(batch.BaseOffset, batch.NextOffset);
            if (Batches == 0)
            {
                First = Offset.Min(First, leaf.BaseOffset);
            }
            else if (leaf.BaseOffset < End)
            {
                throw AuditRefusals.Overlapping(_log, leaf, End);
            }

            _tree.Append(MerkleHash.OfLeaf(batch.Bytes));
            _store.AppendLeaf(leaf);
            End = leaf.NextOffset;
            batches = batches[batch.SizeBytes..];
        }
    }
}
