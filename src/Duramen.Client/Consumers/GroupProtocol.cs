using System.Buffers.Binary;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Errors;

namespace Duramen.Client.Consumers;

/// <summary>
/// What the members of a group tell each other inside of the group's own messages: subscriptions and assignments, as Kafka's consumers write them. What
/// other members sent is read with care: it may be of a later version, whose fields follow those known here.
/// </summary>
internal static class GroupProtocol
{
    private const short SubscriptionVersion = 2;
    private const short FirstVersionWithOwned = 1;
    private const short FirstVersionWithGeneration = 2;
    private const short AssignmentVersion = 0;
    private const int NoUserData = -1;
    private const int NoGeneration = -1;

    /// <summary>What a member says when it joins under an assignor.</summary>
    /// <param name="assignor">The assignor, two of which have data of their own in it.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="held">The partitions that the member holds on to while it joins.</param>
    /// <param name="last">The partitions that it had last, held or not.</param>
    /// <param name="generation">The generation that it had them in; -1 for none.</param>
    public static byte[] WriteSubscription(
        GroupAssignor assignor, IReadOnlyCollection<string> topics, IReadOnlyCollection<TopicPartition> held, IReadOnlyCollection<TopicPartition> last, int generation)
    {
        using var buffer = new PooledBuffer();
        WriteInt16(buffer, SubscriptionVersion);
        WriteInt32(buffer, topics.Count);
        foreach (string topic in topics)
        {
            WriteText(buffer, topic);
        }

        WriteUserData(buffer, assignor, last, generation);
        WritePartitions(buffer, held);
        WriteInt32(buffer, generation);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What a member said when it joined under an assignor.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.BadResponse"/>.</exception>
    public static MemberSubscription ReadSubscription(GroupAssignor assignor, ReadOnlySpan<byte> subscription)
    {
        try
        {
            var reader = new SpanReader(subscription);
            short version = reader.ReadInt16();
            int count = reader.ReadInt32();
            var topics = new List<string>();
            for (int index = 0; index < count; index++)
            {
                topics.Add(reader.ReadUtf8(reader.ReadInt16()));
            }

            // The smallest subscription ends here.
            ReadOnlySpan<byte> userData = reader.Remaining > 0 && reader.ReadInt32() is > 0 and int size ? reader.ReadBytes(size) : [];
            List<TopicPartition> owned = version >= FirstVersionWithOwned && reader.Remaining > 0 ? ReadPartitions(ref reader) : [];
            int generation = version >= FirstVersionWithGeneration && reader.Remaining > 0 ? reader.ReadInt32() : NoGeneration;
            return assignor switch
            {
                GroupAssignor.Sticky => ReadLast(topics, userData),
                GroupAssignor.CooperativeSticky when generation == NoGeneration && userData.Length == sizeof(int) =>
                    new(topics, owned, BinaryPrimitives.ReadInt32BigEndian(userData)),
                _ => new(topics, owned, generation),
            };
        }
        catch (BinaryFormatException error)
        {
            throw Bad("subscription", error);
        }
    }

    public static byte[] WriteAssignment(IEnumerable<TopicPartition> partitions)
    {
        using var buffer = new PooledBuffer();
        WriteInt16(buffer, AssignmentVersion);
        WritePartitions(buffer, partitions);
        WriteInt32(buffer, NoUserData);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The partitions that a member was assigned; none when there is no assignment at all.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.BadResponse"/>.</exception>
    public static List<TopicPartition> ReadAssignment(ReadOnlySpan<byte> assignment)
    {
        if (assignment.IsEmpty)
        {
            return [];
        }

        try
        {
            var reader = new SpanReader(assignment);
            reader.ReadInt16();
            return ReadPartitions(ref reader);
        }
        catch (BinaryFormatException error)
        {
            throw Bad("assignment", error);
        }
    }

    // Kafka's sticky assignor says what a member had in data of its own; its cooperative one the generation only, for leaders that read no newer subscription.
    private static void WriteUserData(PooledBuffer buffer, GroupAssignor assignor, IReadOnlyCollection<TopicPartition> last, int generation)
    {
        using var userData = new PooledBuffer();
        if (assignor == GroupAssignor.Sticky)
        {
            WritePartitions(userData, last);
        }

        if (assignor is GroupAssignor.Sticky or GroupAssignor.CooperativeSticky)
        {
            WriteInt32(userData, generation);
        }

        WriteInt32(buffer, userData.Length > 0 ? userData.Length : NoUserData);
        buffer.Write(userData.WrittenSpan);
    }

    private static MemberSubscription ReadLast(List<string> topics, ReadOnlySpan<byte> userData)
    {
        if (userData.IsEmpty)
        {
            return new(topics, [], NoGeneration);
        }

        try
        {
            var reader = new SpanReader(userData);
            List<TopicPartition> last = ReadPartitions(ref reader);

            // The first version of it has no generation.
            return new(topics, last, reader.Remaining >= sizeof(int) ? reader.ReadInt32() : NoGeneration);
        }
        catch (BinaryFormatException)
        {
            // Only what it had is not known; the member gets its share all the same.
            return new(topics, [], NoGeneration);
        }
    }

    private static List<TopicPartition> ReadPartitions(ref SpanReader reader)
    {
        var partitions = new List<TopicPartition>();
        int topicCount = reader.ReadInt32();
        for (int topicIndex = 0; topicIndex < topicCount; topicIndex++)
        {
            string topic = reader.ReadUtf8(reader.ReadInt16());
            int count = reader.ReadInt32();
            for (int index = 0; index < count; index++)
            {
                partitions.Add(new(topic, reader.ReadInt32()));
            }
        }

        return partitions;
    }

    private static void WritePartitions(PooledBuffer buffer, IEnumerable<TopicPartition> partitions)
    {
        List<IGrouping<string, TopicPartition>> byTopic = [.. partitions.Order().GroupBy(static partition => partition.Topic)];
        WriteInt32(buffer, byTopic.Count);
        foreach (IGrouping<string, TopicPartition> topic in byTopic)
        {
            WriteText(buffer, topic.Key);
            WriteInt32(buffer, topic.Count());
            foreach (TopicPartition partition in topic)
            {
                WriteInt32(buffer, partition.Partition);
            }
        }
    }

    private static void WriteInt16(PooledBuffer buffer, short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(buffer.GetSpan(sizeof(short)), value);
        buffer.Advance(sizeof(short));
    }

    private static void WriteInt32(PooledBuffer buffer, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(sizeof(int)), value);
        buffer.Advance(sizeof(int));
    }

    private static void WriteText(PooledBuffer buffer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        WriteInt16(buffer, (short)bytes.Length);
        buffer.Write(bytes);
    }

    private static ClientException Bad(string what, BinaryFormatException cause) => new(
        ClientErrors.BadResponse, $"A member of the group sent a {what} that is none: {cause.Message}", "Look for a member of another kind in the group.", cause);
}
