using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped.Messages;

/// <summary>
/// The sender would go to a view if a majority does (4.2). It promises nothing: a view is entered only when a majority asked for it, so nobody who is merely
/// deaf drives the others from view to view.
/// </summary>
/// <param name="View">The view asked for.</param>
/// <param name="IsTransfer">Whether the primary of the present view wants it too, so that hearing from it is no reason to refuse.</param>
/// <param name="IsAnswer">Whether it answers one; then it is not answered.</param>
public readonly record struct StartViewChange(Epoch View, bool IsTransfer, bool IsAnswer)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = sizeof(long) + 1;

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer)
    {
        writer.WriteInt64(View.Number);
        writer.WriteByte((byte)((IsTransfer ? 1 : 0) | (IsAnswer ? 2 : 0)));
    }

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out StartViewChange request)
    {
        request = default;
        if (body.Remaining != SizeBytes)
        {
            return false;
        }

        var view = new Epoch(body.ReadInt64());
        byte flags = body.ReadByte();
        request = new StartViewChange(view, (flags & 1) != 0, (flags & 2) != 0);
        return true;
    }
}
