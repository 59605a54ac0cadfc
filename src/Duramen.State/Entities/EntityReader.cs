using Duramen.Core.Ids;
using Duramen.State.Entities.Indexing;
using Duramen.State.Store;

namespace Duramen.State.Entities;

/// <summary>Reads one entity out of a snapshot of the index. What the log has trimmed is left out.</summary>
internal readonly struct EntityReader
{
    private readonly IStoreSnapshot _snapshot;
    private readonly byte[] _key;
    private readonly Offset _start;

    /// <param name="snapshot">The snapshot; it outlives this.</param>
    /// <param name="key">The entity.</param>
    /// <param name="start">The start of the log.</param>
    public EntityReader(IStoreSnapshot snapshot, EntityKey key, Offset start)
    {
        _snapshot = snapshot;
        _key = IndexKeys.OfRecords(key.Bytes.Span, default).ToArray();
        _start = Offset.Min(start, snapshot.Position);
    }

    /// <summary>The last record of the entity now, or as of an offset; the default when it does not exist.</summary>
    /// <exception cref="StoreException">The offset is before the start of the log or behind what the index has got to.</exception>
    public EntityHead Head(Offset? asOf)
    {
        Offset moment = asOf ?? _snapshot.Position;
        StoreRefusals.CheckAsOf(moment, _start, _snapshot.Position);
        return HeadAsOf(moment);
    }

    /// <summary>Reads one page.</summary>
    public EntityPage Read(EntityRead read)
    {
        EntityHead head = Head(read.AsOf);
        var page = new PageBuilder(read.MaxRecords, read.MaxBytes);
        EntityVersion? next = null;
        if (head != default)
        {
            next = read.IsBackwards ? ReadBackwards(page, read.From, head) : ReadForwards(page, read.From, head);
        }

        return new EntityPage(head.Version, page.Records, next);
    }

    /// <summary>Reads the records at or after an offset, up to the limits of a page.</summary>
    public IReadOnlyList<EntityRecord> ReadAfter(Offset offset)
    {
        var read = new EntityRead();
        var page = new PageBuilder(read.MaxRecords, read.MaxBytes);
        ReadFrom(page, Offset.Max(offset, _start), _snapshot.Position);
        return page.Records;
    }

    private EntityVersion? ReadForwards(PageBuilder page, EntityVersion? from, EntityHead head)
    {
        if (from > head.Version)
        {
            return null;
        }

        Offset first = from > EntityVersion.First ? OffsetOf(from.Value, head) : _start;
        return ReadFrom(page, first, head.Offset.Plus(1));
    }

    private EntityVersion? ReadFrom(PageBuilder page, Offset from, Offset until)
    {
        using IVersionCursor cursor = _snapshot.History(_key, from);
        while (cursor.MoveNext() && cursor.Current.Offset < until)
        {
            // Without versions before the horizon the history begins with the one that was the last there.
            if (cursor.Current.Offset >= from && !page.TryAdd(cursor.Current))
            {
                return IndexedRecord.VersionOf(cursor.Current);
            }
        }

        return null;
    }

    private EntityVersion? ReadBackwards(PageBuilder page, EntityVersion? from, EntityHead head)
    {
        if (from < EntityVersion.First)
        {
            return null;
        }

        Offset asOf = head.Offset.Plus(1);
        if (from < head.Version)
        {
            // Where versions are missing, that offset has a later one.
            Offset offset = OffsetOf(from.Value, head);
            asOf = HeadAsOf(offset.Plus(1)).Version == from ? offset.Plus(1) : offset;
        }

        while (asOf >= _snapshot.Horizon && _snapshot.TryGet(_key, asOf, out VersionView stored) && stored.Offset >= _start)
        {
            if (!page.TryAdd(stored))
            {
                return IndexedRecord.VersionOf(stored);
            }

            asOf = stored.Offset;
        }

        return null;
    }

    /// <summary>The offset of the first record that has a version or a later one: a search between the start of the log and a record that is late enough.</summary>
    private Offset OffsetOf(EntityVersion version, EntityHead late)
    {
        // As of the one the entity has not got to the version, as of the other it has.
        Offset before = Offset.Max(_start, _snapshot.Horizon);
        EntityHead first = HeadAsOf(before);
        if (first.Version >= version)
        {
            return first.Offset;
        }

        while (late.Version > version && late.Offset > before)
        {
            var middle = new Offset(before.Value + ((late.Offset.Value - before.Value + 1) / 2));
            EntityHead found = HeadAsOf(middle);
            (before, late) = found.Version >= version ? (before, found) : (middle, late);
        }

        return late.Offset;
    }

    private EntityHead HeadAsOf(Offset asOf) => EntityIndex.HeadOf(_snapshot, _key, _start, asOf);

    private sealed class PageBuilder(int maxRecords, int maxBytes)
    {
        private readonly List<EntityRecord> _records = [];
        private long _sizeBytes;

        public IReadOnlyList<EntityRecord> Records => _records;

        /// <summary>Adds a record; false when the page is full.</summary>
        public bool TryAdd(VersionView stored)
        {
            _sizeBytes += stored.Value.Length;
            if (_records.Count > 0 && (_records.Count >= maxRecords || _sizeBytes > maxBytes))
            {
                return false;
            }

            _records.Add(IndexedRecord.Read(stored));
            return true;
        }
    }
}
