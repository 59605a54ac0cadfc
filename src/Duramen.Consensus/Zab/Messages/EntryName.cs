using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab.Messages;

/// <summary>Names an entry: the paper's zxid, a pair of epoch and counter. The index is the counter; it goes on from epoch to epoch and so never overflows.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Epoch">Its epoch.</param>
public readonly record struct EntryName(EntryIndex Index, Epoch Epoch)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = 2 * sizeof(long);

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(Index.Value);
        writer.WriteInt64(Epoch.Number);
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out EntryName name)
    {
        bool isWhole = body.Remaining == SizeBytes;
        name = isWhole ? Read(ref body) : default;
        return isWhole && name.Index >= EntryIndex.Zero;
    }

    internal static EntryName Read(ref SpanReader body) => new(new EntryIndex(body.ReadInt64()), new Epoch(body.ReadInt64()));
}
