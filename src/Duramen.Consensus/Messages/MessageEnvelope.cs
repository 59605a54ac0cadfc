using System.Buffers.Binary;
using Duramen.Consensus.Contract;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Messages;

/// <summary>
/// What stands before every message of every protocol: CRC-32C of all that follows (4), protocol (1), type (1), sender's node (4) and disk (8), receiver's node (4)
/// and disk (8), the sender's epoch (8 + 4). Big-endian.
/// </summary>
/// <param name="Protocol">Which protocol it belongs to; see <see cref="MessageProtocol"/>.</param>
/// <param name="Type">The protocol's own number for what follows.</param>
/// <param name="From">Who wrote it.</param>
/// <param name="To">Whom it is for; a replica drops what is for another, above all what is for the same node with another disk.</param>
/// <param name="Epoch">The epoch it belongs to.</param>
public readonly record struct MessageEnvelope(MessageProtocol Protocol, byte Type, ReplicaId From, ReplicaId To, Epoch Epoch)
{
    /// <summary>The size of the envelope, in bytes.</summary>
    public const int SizeBytes = sizeof(uint) + 2 + (2 * ReplicaId.SizeBytes) + sizeof(long) + sizeof(int);

    /// <summary>Begins a message: writes the envelope, checksum excepted, and returns a writer for the body. End it with <see cref="Seal"/>.</summary>
    public SpanWriter Begin(Span<byte> message)
    {
        var writer = new SpanWriter(message);
        writer.WriteUInt32(0);
        writer.WriteByte((byte)Protocol);
        writer.WriteByte(Type);
        writer.WriteInt32(From.Node.Value);
        writer.WriteUInt64(From.Disk);
        writer.WriteInt32(To.Node.Value);
        writer.WriteUInt64(To.Disk);
        writer.WriteInt64(Epoch.Number);
        writer.WriteInt32(Epoch.Node.Value);
        return writer;
    }

    /// <summary>Writes the checksum of a message that is otherwise whole.</summary>
    public static void Seal(Span<byte> message) => BinaryPrimitives.WriteUInt32BigEndian(message, Crc32C.Compute(message[sizeof(uint)..]));

    /// <summary>Opens a message: verifies its checksum and reads the envelope. False when it is damaged or cut.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> message, out MessageEnvelope envelope, out SpanReader body)
    {
        envelope = default;
        body = default;
        if (message.Length < SizeBytes || BinaryPrimitives.ReadUInt32BigEndian(message) != Crc32C.Compute(message[sizeof(uint)..]))
        {
            return false;
        }

        var reader = new SpanReader(message[sizeof(uint)..SizeBytes]);
        envelope = new MessageEnvelope(
            (MessageProtocol)reader.ReadByte(),
            reader.ReadByte(),
            new ReplicaId(new NodeId(reader.ReadInt32()), reader.ReadUInt64()),
            new ReplicaId(new NodeId(reader.ReadInt32()), reader.ReadUInt64()),
            new Epoch(reader.ReadInt64(), new NodeId(reader.ReadInt32())));
        body = new SpanReader(message[SizeBytes..]);
        return true;
    }
}
