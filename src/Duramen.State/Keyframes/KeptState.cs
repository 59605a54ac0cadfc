using Duramen.Core.Ids;
using Duramen.State.Replication;
using Duramen.State.Store.Memory;

namespace Duramen.State.Keyframes;

/// <summary>What a keyframe holds, verified and in memory.</summary>
/// <param name="Position">The state is that after every record below this offset.</param>
/// <param name="Digest">The digest of its entries.</param>
/// <param name="Attachment">What was attached to the position.</param>
/// <param name="Blocks">The entries, in blocks.</param>
/// <param name="Entries">How many there are.</param>
internal sealed record KeptState(Offset Position, StateDigest Digest, ReadOnlyMemory<byte> Attachment, IReadOnlyList<byte[]> Blocks, long Entries)
{
    public StateReader Open() => new(Blocks);

    /// <summary>Puts the state into a store in memory.</summary>
    public MemoryStore ToStore()
    {
        var entries = new List<(byte[] Key, byte[] Value, Offset Offset, long TimestampMs)>((int)Math.Min(Entries, Array.MaxLength));
        StateReader reader = Open();
        while (reader.MoveNext())
        {
            entries.Add((reader.Key.ToArray(), reader.Value.ToArray(), reader.Offset, reader.TimestampMs));
        }

        // A store is put into in the order of offsets.
        entries.Sort(static (left, right) => left.Offset.CompareTo(right.Offset));
        var store = new MemoryStore();
        foreach ((byte[] key, byte[] value, Offset offset, long timestampMs) in entries)
        {
            store.Put(key, value, offset, timestampMs);
        }

        store.Advance(Position, Attachment.Span);
        store.MoveHorizon(Position);
        return store;
    }
}
