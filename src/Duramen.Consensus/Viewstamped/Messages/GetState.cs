using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped.Messages;

/// <summary>Asks for what follows an entry (5.2): everything if the receiver's log is the one that the sender is to have, else what is committed.</summary>
/// <param name="After">An entry that the sender has, and the receiver too if its log is the one to have.</param>
/// <param name="Epoch">Its epoch.</param>
public readonly record struct GetState(EntryIndex After, Epoch Epoch)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = 2 * sizeof(long);

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(After.Value);
        writer.WriteInt64(Epoch.Number);
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out GetState request)
    {
        bool isWhole = body.Remaining == SizeBytes;
        request = isWhole ? new GetState(new EntryIndex(body.ReadInt64()), new Epoch(body.ReadInt64())) : default;
        return isWhole && request.After >= EntryIndex.Zero;
    }
}
