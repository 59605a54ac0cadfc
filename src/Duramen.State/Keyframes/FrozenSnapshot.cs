using Duramen.State.Store;

namespace Duramen.State.Keyframes;

/// <summary>The newest state of a store's snapshot, as it is kept: with the offset and time that made each value.</summary>
internal sealed class FrozenSnapshot(IStoreSnapshot snapshot) : IFrozenState
{
    public void WriteTo(StateWriter writer)
    {
        using IVersionCursor cursor = snapshot.Scan(KeyRange.All, snapshot.Position);
        while (cursor.MoveNext())
        {
            writer.Put(cursor.Current.Key, cursor.Current.Value.Span, cursor.Current.Offset, cursor.Current.TimestampMs);
        }
    }
}
