using System.Text;
using Duramen.Consensus.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Consensus.Tests.Messages;

public sealed class MessageEnvelopeTests
{
    private static readonly MessageEnvelope Envelope =
        new(MessageProtocol.Raft, 3, Group.Replica(1), Group.Replica(2, disk: ulong.MaxValue), new Epoch(77, new NodeId(5)));

    [Fact]
    public void An_envelope_comes_back_with_its_body()
    {
        Assert.True(MessageEnvelope.TryOpen(Sealed(), out MessageEnvelope read, out SpanReader body));
        Assert.Equal(Envelope, read);
        Assert.Equal("body", Encoding.ASCII.GetString(body.ReadBytes(body.Remaining)));
    }

    [Fact]
    public void A_message_cut_at_any_byte_is_refused()
    {
        byte[] message = Sealed();
        for (int length = 0; length < message.Length; length++)
        {
            Assert.False(MessageEnvelope.TryOpen(message.AsSpan(0, length), out _, out _));
        }
    }

    [Fact]
    public void A_message_with_any_bit_flipped_is_refused()
    {
        for (int bit = 0; bit < Sealed().Length * 8; bit++)
        {
            byte[] message = Sealed();
            message[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(MessageEnvelope.TryOpen(message, out _, out _));
        }
    }

    private static byte[] Sealed()
    {
        byte[] message = new byte[MessageEnvelope.SizeBytes + 4];
        SpanWriter writer = Envelope.Begin(message);
        writer.WriteBytes("body"u8);
        MessageEnvelope.Seal(message);
        return message;
    }
}
