using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab.Messages;

/// <summary>The sender looks for a leader. It promises nothing.</summary>
/// <param name="End">Its history, by which it is compared with others.</param>
/// <param name="HearsYou">Whether it heard the receiver lately. Nobody follows a replica that does not hear it.</param>
public readonly record struct Look(HistoryEnd End, bool HearsYou)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = HistoryEnd.SizeBytes + 1;

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        End.Write(ref writer);
        writer.WriteByte((byte)(HearsYou ? 1 : 0));
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out Look look)
    {
        look = default;
        if (body.Remaining != SizeBytes)
        {
            return false;
        }

        HistoryEnd end = HistoryEnd.Read(ref body);
        look = new Look(end, (body.ReadByte() & 1) != 0);
        return end.Last >= EntryIndex.Zero;
    }
}
