using Duramen.Core.Binary;

namespace Duramen.Consensus.Zab.Messages;

/// <summary>The sender would lead the epoch of the message, which it accepted itself.</summary>
/// <param name="IsTransfer">Whether the present leader wants it, so that hearing from that one is no reason to refuse.</param>
public readonly record struct NewEpoch(bool IsTransfer)
{
    /// <summary>The size of the body, in bytes.</summary>
    public const int SizeBytes = 1;

    /// <summary>Writes the body.</summary>
    public void Write(ref SpanWriter writer) => writer.WriteByte((byte)(IsTransfer ? 1 : 0));

    /// <summary>Reads a body; false when it is cut or longer than it should be.</summary>
    public static bool TryRead(SpanReader body, out NewEpoch request)
    {
        bool isWhole = body.Remaining == SizeBytes;
        request = isWhole ? new NewEpoch((body.ReadByte() & 1) != 0) : default;
        return isWhole;
    }
}
