using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Store;
using Duramen.State.Tables;

namespace Duramen.State.Entities.Indexing;

/// <summary>
/// The fold that makes an index of entities out of their log: every record with a key becomes a version of its entity. Belongs to one table, whose fold calls it.
/// </summary>
internal sealed class EntityIndex(ILog log) : IProjection, IDisposable
{
    private readonly PooledBuffer _value = new();
    private readonly byte[] _key = new byte[EntityLimits.KeyMaxBytes + 1];

    public string Name => "entities";

    public int Version => 1;

    public void Apply(int source, RecordView record, TableChanges changes)
    {
        // Whoever sends a key that no entity can have must not stop the index.
        if (record.Key.IsNull || record.Key.Length > EntityLimits.KeyMaxBytes)
        {
            return;
        }

        ReadOnlySpan<byte> key = IndexKeys.OfRecords(record.Key.Span, _key);
        RecordMarks marks = RecordMarks.In(record);
        EntityVersion version = EntityHead.VersionAfter(PreviousIn(changes, key), marks.Version, record.Offset);
        IndexedRecord.Write(record, marks, version, _value);
        changes.Put(key, _value.WrittenSpan);
        if (!marks.Request.IsNull)
        {
            Span<byte> ended = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(ended, version.Value);
            changes.Put(IndexKeys.OfRequest(record.Key.Span, marks.Request.Span), (ReadOnlySpan<byte>)ended);
        }
    }

    /// <summary>The last record of an entity in a snapshot. What was trimmed is none, so that an index that saw it says the same as one that did not.</summary>
    public static EntityHead HeadOf(IStoreSnapshot snapshot, ReadOnlySpan<byte> recordsKey, Offset start, Offset? asOf = null) =>
        snapshot.TryGet(recordsKey, asOf ?? snapshot.Position, out VersionView last)
            ? new EntityHead(IndexedRecord.VersionOf(last), last.Offset).Since(start)
            : default;

    /// <summary>The last record of a request in a snapshot; the default when there is none.</summary>
    public static EntityHead RequestOf(IStoreSnapshot snapshot, ReadOnlySpan<byte> requestKey, Offset start) =>
        snapshot.TryGet(requestKey, snapshot.Position, out VersionView last)
            ? new EntityHead(new EntityVersion(BinaryPrimitives.ReadInt64BigEndian(last.Value.Span)), last.Offset).Since(start)
            : default;

    public void Dispose() => _value.Dispose();

    private EntityVersion PreviousIn(TableChanges changes, ReadOnlySpan<byte> recordsKey)
    {
        using IStoreSnapshot snapshot = changes.OpenSnapshot();
        return HeadOf(snapshot, recordsKey, log.Watermarks.Start).Version;
    }
}
