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
    private const short SubscriptionVersion = 1;
    private const short AssignmentVersion = 0;
    private const int NoUserData = -1;

    public static byte[] WriteSubscription(IReadOnlyCollection<string> topics, IEnumerable<TopicPartition> owned)
    {
        using var buffer = new PooledBuffer();
        WriteInt16(buffer, SubscriptionVersion);
        WriteInt32(buffer, topics.Count);
        foreach (string topic in topics)
        {
            WriteText(buffer, topic);
        }

        WriteInt32(buffer, NoUserData);
        WritePartitions(buffer, owned);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The topics that a member is subscribed to.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.BadResponse"/>.</exception>
    public static List<string> ReadTopics(ReadOnlySpan<byte> subscription)
    {
        try
        {
            var reader = new SpanReader(subscription);
            reader.ReadInt16();
            int count = reader.ReadInt32();
            var topics = new List<string>();
            for (int index = 0; index < count; index++)
            {
                topics.Add(reader.ReadUtf8(reader.ReadInt16()));
            }

            return topics;
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
        var partitions = new List<TopicPartition>();
        if (assignment.IsEmpty)
        {
            return partitions;
        }

        try
        {
            var reader = new SpanReader(assignment);
            reader.ReadInt16();
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
        catch (BinaryFormatException error)
        {
            throw Bad("assignment", error);
        }
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
