using Duramen.Core.Ids;
using Duramen.State.Entities.Indexing;
using Duramen.State.Store;

namespace Duramen.State.Entities.Appending;

/// <summary>What the index knows that an append has to know.</summary>
/// <param name="Position">As of which offset.</param>
/// <param name="Entity">The last record of the entity.</param>
/// <param name="Request">The last record of the request; the default when it has none.</param>
internal readonly record struct IndexAnswer(Offset Position, EntityHead Entity, EntityHead Request)
{
    public static IndexAnswer Of(IStoreSnapshot snapshot, EntityAppend append, Offset start)
    {
        ReadOnlySpan<byte> key = append.Key.Bytes.Span;
        Span<byte> memory = stackalloc byte[256];
        return new IndexAnswer(
            snapshot.Position,
            EntityIndex.HeadOf(snapshot, IndexKeys.OfRecords(key, memory), start),
            append.RequestId is { } requestId ? EntityIndex.RequestOf(snapshot, IndexKeys.OfRequest(key, requestId), start) : default);
    }
}
