using System.Collections.Immutable;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Memory;

/// <summary>
/// A store in memory: a sorted set of keys with lists of versions, all of them immutable, so that a snapshot is a reference. Every position is durable for as
/// long as the store lives. For small tables and for tests, which hold the store on disk against it.
/// </summary>
public sealed class MemoryStore : IVersionedStore
{
    private static readonly ImmutableSortedSet<KeyVersions> Empty = ImmutableSortedSet.Create<KeyVersions>(KeyVersions.ByKey);

    // What the owner puts into; readers see what was published.
    private ImmutableSortedSet<KeyVersions> _working = Empty;
    private StoreDigest _digest;
    private volatile MemorySnapshot? _published;

    /// <summary>Makes an empty store.</summary>
    /// <param name="start">Its position and horizon: the start of the log.</param>
    public MemoryStore(Offset start = default) => _published = new MemorySnapshot(Empty, start, start);

    /// <inheritdoc/>
    public Offset Position => Published.Position;

    /// <inheritdoc/>
    public Offset DurablePosition => Published.Position;

    /// <inheritdoc/>
    public Offset Horizon => Published.Horizon;

    /// <inheritdoc/>
    public StoreDigest Digest => _digest;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Attachment { get; private set; }

    private MemorySnapshot Published => _published ?? throw StoreRefusals.Closed();

    /// <inheritdoc/>
    public void Put(ReadOnlySpan<byte> key, NullableBytes value, Offset offset, long timestampMs)
    {
        if (key.Length > StoreLimits.KeyMaxBytes)
        {
            throw StoreRefusals.KeyTooLarge(key.Length);
        }

        if (value.Length > StoreLimits.ValueMaxBytes)
        {
            throw StoreRefusals.ValueTooLarge(value.Length);
        }

        Invariant.Holds(offset >= Published.Position);
        var added = new StoredVersion(value.ToArray(), offset.Value, timestampMs);
        var entry = new KeyVersions(key.ToArray(), [added]);
        if (_working.TryGetValue(entry, out KeyVersions? found))
        {
            ImmutableList<StoredVersion> versions = found.Versions;
            if (versions[^1].Offset == offset.Value)
            {
                versions = versions.RemoveAt(versions.Count - 1);
            }

            entry = entry with { Versions = versions.Add(added) };
            _working = _working.Remove(found);
        }

        _working = _working.Add(entry);
        _digest = _digest.Plus(KeyHash.Of(key), offset.Value, timestampMs, value);
    }

    /// <inheritdoc/>
    public void Advance(Offset position, ReadOnlySpan<byte> attachment = default)
    {
        Invariant.Holds(position >= Published.Position);
        Attachment = attachment.ToArray();
        _published = new MemorySnapshot(_working, position, Published.Horizon);
    }

    /// <inheritdoc/>
    public void MoveHorizon(Offset horizon)
    {
        Invariant.Holds(horizon <= Published.Position);
        if (horizon <= Published.Horizon)
        {
            return;
        }

        ImmutableSortedSet<KeyVersions>.Builder kept = Empty.ToBuilder();
        foreach (KeyVersions entry in _working)
        {
            // All that is seen as of the horizon or later: the last version before it, unless that is a removal, and those after it.
            int first = entry.IndexAsOf(horizon.Value);
            first = first < 0 || entry.Versions[first].Value is null ? first + 1 : first;
            if (first < entry.Versions.Count)
            {
                kept.Add(entry with { Versions = entry.Versions.RemoveRange(0, first) });
            }
        }

        _working = kept.ToImmutable();
        _published = new MemorySnapshot(_working, Published.Position, horizon);
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public IStoreSnapshot OpenSnapshot() => Published;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _published = null;
        return ValueTask.CompletedTask;
    }
}
