using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Messages;

/// <summary>Asks for what was chosen, by slot. What the sender accepted already it names, so that it need not be sent again if it is what was chosen.</summary>
/// <param name="After">The last slot up to which the sender knows everything that was chosen.</param>
/// <param name="Through">Behind <paramref name="After"/> up to here it has entries made in <paramref name="Epoch"/>; equal to <paramref name="After"/> when it has none.</param>
/// <param name="Epoch">The epoch in which those entries were made.</param>
public readonly record struct GetChosen(EntryIndex After, EntryIndex Through, Epoch Epoch)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = (3 * sizeof(long)) + sizeof(int);

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(After.Value);
        writer.WriteInt64(Through.Value);
        writer.WriteInt64(Epoch.Number);
        writer.WriteInt32(Epoch.Node.Value);
    }

    /// <summary>Reads a body; false when it is cut, longer than it should be, or asks for what is before everything.</summary>
    public static bool TryRead(SpanReader body, out GetChosen request)
    {
        bool isWhole = body.Remaining == SizeBytes;
        request = isWhole
            ? new GetChosen(new EntryIndex(body.ReadInt64()), new EntryIndex(body.ReadInt64()), new Epoch(body.ReadInt64(), new NodeId(body.ReadInt32())))
            : default;
        return isWhole && request.After >= EntryIndex.Zero && request.Through >= request.After;
    }
}
