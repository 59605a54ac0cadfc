using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Paxos.Messages;

/// <summary>Phase 2b: answers an <see cref="Accept"/>, and leaves when what it names is synced.</summary>
/// <param name="Through">Every slot up to here is accepted in the ballot of the message, or known to be chosen.</param>
/// <param name="First">The first slot of the request.</param>
/// <param name="Last">The last slot of the request; everything between the two is accepted or chosen too.</param>
/// <param name="Round">The round of the request.</param>
public readonly record struct Accepted(EntryIndex Through, EntryIndex First, EntryIndex Last, long Round)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = 4 * sizeof(long);

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(Through.Value);
        writer.WriteInt64(First.Value);
        writer.WriteInt64(Last.Value);
        writer.WriteInt64(Round);
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out Accepted response)
    {
        bool isWhole = body.Remaining == SizeBytes;
        response = isWhole
            ? new Accepted(new EntryIndex(body.ReadInt64()), new EntryIndex(body.ReadInt64()), new EntryIndex(body.ReadInt64()), body.ReadInt64())
            : default;
        return isWhole && response.First > EntryIndex.Zero;
    }
}
