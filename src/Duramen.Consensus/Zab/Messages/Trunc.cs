using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab.Messages;

/// <summary>The receiver has an entry that is not in the sender's history, and is to cut it and all behind the last one that both may have.</summary>
/// <param name="Keep">The last entry of the sender that the receiver may have too.</param>
/// <param name="Wrong">The entry that is to go. A receiver that does not have it any more did this before: the message is late.</param>
public readonly record struct Trunc(EntryName Keep, EntryName Wrong)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = 2 * EntryName.SizeBytes;

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        Keep.Write(ref writer);
        Wrong.Write(ref writer);
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out Trunc order)
    {
        bool isWhole = body.Remaining == SizeBytes;
        order = isWhole ? new Trunc(EntryName.Read(ref body), EntryName.Read(ref body)) : default;
        return isWhole && order.Keep.Index >= EntryIndex.Zero && order.Wrong.Index >= order.Keep.Index;
    }
}
