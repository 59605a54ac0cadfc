using System.Runtime.InteropServices;

namespace Duramen.Simulation.Exploration;

/// <summary>Every message that was ever sent in a small world, each once, by its number.</summary>
internal sealed class MessageTable
{
    private readonly List<(int From, int To, byte[] Bytes, ulong Digest)> _messages = [];
    private readonly Dictionary<ulong, int> _numbers = [];

    /// <summary>The sender's node, counted from 0.</summary>
    public int SenderOf(int message) => _messages[message].From;

    /// <summary>The receiver's node, counted from 0.</summary>
    public int ReceiverOf(int message) => _messages[message].To;

    public ReadOnlySpan<byte> BytesOf(int message) => _messages[message].Bytes;

    public ulong DigestOf(int message) => _messages[message].Digest;

    /// <summary>The number of a message on a link.</summary>
    public int NumberOf(int from, int to, ReadOnlySpan<byte> bytes)
    {
        ulong digest = Digest.Of(bytes, (ulong)((64L * from) + to));
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, digest, out bool isKnown);
        if (!isKnown)
        {
            number = _messages.Count;
            _messages.Add((from, to, bytes.ToArray(), digest));
        }

        return number;
    }
}
