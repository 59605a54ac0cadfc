using System.Globalization;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Coordination.Groups.Records;

/// <summary>
/// The records of groups, byte by byte those of Kafka's <c>__consumer_offsets</c>, so that tools can read them. A key begins with its version, which
/// also says what it is the key of; a value begins with its own version. Text has its size in 2 bytes before it (-1 for null), bytes and
/// arrays in 4. Everything is big-endian.
/// <code>
/// key 1: group, topic, partition i32            value 3: offset i64, leader epoch i32, metadata, commit timestamp i64
///                                               value 1: offset i64, metadata, commit timestamp i64, expire timestamp i64
/// key 2: group                                  value 3: protocol type, generation i32, protocol?, leader?, state timestamp i64, members:
///                                                        [id, instance id?, client id, client host, rebalance timeout i32,
///                                                         session timeout i32, subscription bytes, assignment bytes]
/// </code>
/// An offset has value 1 when its committer asked for a time to keep it, which only that version can say.
/// </summary>
internal static class GroupRecords
{
    private const short OffsetKeyVersion = 1;
    private const short GroupKeyVersion = 2;
    private const short ExpiringOffsetValueVersion = 1;
    private const short OffsetValueVersion = 3;
    private const short GroupValueVersion = 3;

    public static byte[] OffsetKey(string groupId, string topic, int partition)
    {
        byte[] key = new byte[sizeof(short) + SizeOf(groupId) + SizeOf(topic) + sizeof(int)];
        SpanWriter writer = new(key);
        writer.WriteInt16(OffsetKeyVersion);
        WriteText(ref writer, groupId);
        WriteText(ref writer, topic);
        writer.WriteInt32(partition);
        return Whole(key, writer);
    }

    public static byte[] OffsetValue(CommittedOffset offset)
    {
        bool expires = offset.ExpireTimestampMs is not null;
        int sizeBytes = sizeof(short) + sizeof(long) + SizeOf(offset.Metadata) + sizeof(long) + (expires ? sizeof(long) : sizeof(int));
        byte[] value = new byte[sizeBytes];
        SpanWriter writer = new(value);
        writer.WriteInt16(expires ? ExpiringOffsetValueVersion : OffsetValueVersion);
        writer.WriteInt64(offset.Offset.Value);
        if (!expires)
        {
            writer.WriteInt32(offset.LeaderEpoch.Value);
        }

        WriteText(ref writer, offset.Metadata);
        writer.WriteInt64(offset.CommitTimestampMs);
        if (expires)
        {
            writer.WriteInt64(offset.ExpireTimestampMs!.Value);
        }

        return Whole(value, writer);
    }

    public static byte[] GroupKey(string groupId)
    {
        byte[] key = new byte[sizeof(short) + SizeOf(groupId)];
        SpanWriter writer = new(key);
        writer.WriteInt16(GroupKeyVersion);
        WriteText(ref writer, groupId);
        return Whole(key, writer);
    }

    /// <summary>The size of a group's value, in bytes.</summary>
    public static long SizeOf(StoredGroup group)
    {
        long sizeBytes = sizeof(short) + SizeOf(group.ProtocolType) + sizeof(int) + SizeOf(group.Protocol) + SizeOf(group.LeaderId) + sizeof(long) + sizeof(int);
        foreach (StoredMember member in group.Members)
        {
            sizeBytes += SizeOf(member.MemberId) + SizeOf(member.InstanceId) + SizeOf(member.ClientId) + SizeOf(member.ClientHost) + (2 * sizeof(int));
            sizeBytes += sizeof(int) + (long)member.Subscription.Length + sizeof(int) + member.Assignment.Length;
        }

        return sizeBytes;
    }

    public static byte[] GroupValue(StoredGroup group)
    {
        byte[] value = new byte[SizeOf(group)];
        SpanWriter writer = new(value);
        writer.WriteInt16(GroupValueVersion);
        WriteText(ref writer, group.ProtocolType);
        writer.WriteInt32(group.Generation);
        WriteText(ref writer, group.Protocol);
        WriteText(ref writer, group.LeaderId);
        writer.WriteInt64(group.StateTimestampMs);
        writer.WriteInt32(group.Members.Count);
        foreach (StoredMember member in group.Members)
        {
            WriteText(ref writer, member.MemberId);
            WriteText(ref writer, member.InstanceId);
            WriteText(ref writer, member.ClientId);
            WriteText(ref writer, member.ClientHost);
            writer.WriteInt32(member.RebalanceTimeoutMs);
            writer.WriteInt32(member.SessionTimeoutMs);
            WriteBytes(ref writer, member.Subscription.Span);
            WriteBytes(ref writer, member.Assignment.Span);
        }

        return Whole(value, writer);
    }

    /// <summary>Says what a record is about; <paramref name="topic"/> is null for the record of a group itself.</summary>
    /// <exception cref="BinaryFormatException">The key is malformed, or of a kind that is not known here.</exception>
    public static void ReadKey(ReadOnlySpan<byte> key, out string groupId, out string? topic, out int partition)
    {
        SpanReader reader = new(key);
        short version = reader.ReadInt16();
        groupId = version is OffsetKeyVersion or GroupKeyVersion ? ReadText(ref reader) : throw Unknown("key", version);
        topic = null;
        partition = -1;
        if (version == OffsetKeyVersion)
        {
            topic = ReadText(ref reader);
            partition = reader.ReadInt32();
        }

        CheckWhole(reader);
    }

    /// <exception cref="BinaryFormatException">The value is malformed, or of a version that is not known here.</exception>
    public static CommittedOffset ReadOffset(ReadOnlySpan<byte> value)
    {
        SpanReader reader = new(value);
        short version = reader.ReadInt16();
        if (version is not (OffsetValueVersion or ExpiringOffsetValueVersion))
        {
            throw Unknown("offset", version);
        }

        var offset = new Offset(reader.ReadInt64());
        LeaderEpoch epoch = version == OffsetValueVersion ? new LeaderEpoch(reader.ReadInt32()) : LeaderEpoch.None;
        string metadata = ReadText(ref reader);
        long commitTimestampMs = reader.ReadInt64();
        long? expireTimestampMs = version == ExpiringOffsetValueVersion ? reader.ReadInt64() : null;
        CheckWhole(reader);
        return new CommittedOffset(offset, epoch, metadata, commitTimestampMs, expireTimestampMs);
    }

    /// <exception cref="BinaryFormatException">The value is malformed, or of a version that is not known here.</exception>
    public static StoredGroup ReadGroup(ReadOnlySpan<byte> value)
    {
        SpanReader reader = new(value);
        short version = reader.ReadInt16();
        if (version != GroupValueVersion)
        {
            throw Unknown("group", version);
        }

        string protocolType = ReadText(ref reader);
        int generation = reader.ReadInt32();
        string? protocol = ReadNullableText(ref reader);
        string? leaderId = ReadNullableText(ref reader);
        long stateTimestampMs = reader.ReadInt64();
        int count = reader.ReadInt32();
        List<StoredMember> members = [];
        for (int i = 0; i < count; i++)
        {
            members.Add(new StoredMember(
                ReadText(ref reader),
                ReadNullableText(ref reader),
                ReadText(ref reader),
                ReadText(ref reader),
                reader.ReadInt32(),
                reader.ReadInt32(),
                ReadBytes(ref reader),
                ReadBytes(ref reader)));
        }

        CheckWhole(reader);
        return new StoredGroup(protocolType, generation, protocol, leaderId, stateTimestampMs, members);
    }

    private static int SizeOf(string? text) => sizeof(short) + (text is null ? 0 : Encoding.UTF8.GetByteCount(text));

    private static void WriteText(ref SpanWriter writer, string? text)
    {
        if (text is null)
        {
            writer.WriteInt16(-1);
            return;
        }

        int sizeBytes = Encoding.UTF8.GetByteCount(text);
        writer.WriteInt16(checked((short)sizeBytes));
        Encoding.UTF8.GetBytes(text, writer.Take(sizeBytes));
    }

    private static void WriteBytes(ref SpanWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.WriteInt32(bytes.Length);
        writer.WriteBytes(bytes);
    }

    private static byte[] Whole(byte[] bytes, SpanWriter writer)
    {
        Invariant.Holds(writer.Remaining == 0);
        return bytes;
    }

    private static string? ReadNullableText(ref SpanReader reader)
    {
        short sizeBytes = reader.ReadInt16();
        return sizeBytes == -1 ? null : reader.ReadUtf8(sizeBytes);
    }

    private static string ReadText(ref SpanReader reader) => reader.ReadUtf8(reader.ReadInt16());

    private static byte[] ReadBytes(ref SpanReader reader) => reader.ReadBytes(reader.ReadInt32()).ToArray();

    private static void CheckWhole(SpanReader reader)
    {
        if (!reader.IsAtEnd)
        {
            throw new BinaryFormatException(
                CoreErrors.InputMalformed,
                string.Create(CultureInfo.InvariantCulture, $"A group's record is whole after {reader.Position} bytes, and {reader.Remaining} more are there."));
        }
    }

    private static BinaryFormatException Unknown(string what, short version) => new(
        CoreErrors.InputMalformed,
        string.Create(CultureInfo.InvariantCulture, $"A group's record has {what} version {version}, which this program does not know."));
}
