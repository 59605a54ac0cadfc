using Duramen.Core.Binary;

namespace Duramen.Simulation.Nodes;

/// <summary>What a client asks the state machine to do.</summary>
/// <param name="Client">Who asks, counted from 0.</param>
/// <param name="Request">The client's number for it, from 1; the same when it tries again.</param>
/// <param name="Operation">What to do.</param>
/// <param name="Key">With which register.</param>
/// <param name="Value">The value to write; no two writes of a run have the same.</param>
/// <param name="Expected">For compare-and-set: the value that must be there.</param>
internal readonly record struct Command(int Client, long Request, Operation Operation, int Key, long Value, long Expected)
{
    private const int SizeBytes = 30;

    /// <summary>The command with so many bytes behind it that mean nothing.</summary>
    public byte[] Encode(int fillerBytes)
    {
        byte[] bytes = new byte[SizeBytes + fillerBytes];
        var writer = new SpanWriter(bytes);
        writer.WriteInt32(Client);
        writer.WriteInt64(Request);
        writer.WriteByte((byte)Operation);
        writer.WriteByte((byte)Key);
        writer.WriteInt64(Value);
        writer.WriteInt64(Expected);
        bytes.AsSpan(SizeBytes).Fill((byte)Request);
        return bytes;
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Command command)
    {
        command = default;
        if (bytes.Length < SizeBytes)
        {
            return false;
        }

        var reader = new SpanReader(bytes);
        command = new Command(
            reader.ReadInt32(), reader.ReadInt64(), (Operation)reader.ReadByte(), reader.ReadByte(), reader.ReadInt64(), reader.ReadInt64());
        return true;
    }
}
