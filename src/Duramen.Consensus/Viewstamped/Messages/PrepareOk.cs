using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped.Messages;

/// <summary>The sender is in the view of the message, in status normal, and its log is synced (4.1).</summary>
/// <param name="Last">Up to here.</param>
/// <param name="Round">The round of the Prepare that it answers.</param>
public readonly record struct PrepareOk(EntryIndex Last, long Round)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = 2 * sizeof(long);

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(Last.Value);
        writer.WriteInt64(Round);
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out PrepareOk response)
    {
        bool isWhole = body.Remaining == SizeBytes;
        response = isWhole ? new PrepareOk(new EntryIndex(body.ReadInt64()), body.ReadInt64()) : default;
        return isWhole;
    }
}
