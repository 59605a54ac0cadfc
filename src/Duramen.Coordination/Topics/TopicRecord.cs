using System.Collections.Immutable;
using Duramen.Coordination.Catalog;
using Duramen.Core.Binary;
using Duramen.Core.Errors;

namespace Duramen.Coordination.Topics;

/// <summary>The record of a topic in the catalog's log: all of the topic in one, so that compaction keeps one for each. <c>docs/catalog.md</c> has the bytes.</summary>
internal static class TopicRecord
{
    private const short Version = 0;

    public static byte[] Key(Guid id)
    {
        byte[] key = new byte[sizeof(short) + 16];
        var writer = new SpanWriter(key);
        writer.WriteInt16((short)CatalogRecordKind.Topic);
        id.TryWriteBytes(writer.Take(16), bigEndian: true, out _);
        return key;
    }

    public static byte[] Value(Topic topic)
    {
        byte[] value = new byte[sizeof(short) + CatalogRecord.SizeOf(topic.Name) + sizeof(int) + CatalogRecord.SizeOf(topic.Configs)];
        var writer = new SpanWriter(value);
        writer.WriteInt16(Version);
        CatalogRecord.WriteText(ref writer, topic.Name);
        writer.WriteInt32(topic.PartitionCount);
        CatalogRecord.WriteConfigs(ref writer, topic.Configs);
        return value;
    }

    /// <summary>Reads what follows the kind in a key.</summary>
    public static Guid ReadKey(ref SpanReader reader)
    {
        var id = new Guid(reader.ReadBytes(16), bigEndian: true);
        CatalogRecord.RequireEnd(reader);
        return id;
    }

    public static Topic ReadValue(Guid id, ReadOnlySpan<byte> value)
    {
        var reader = new SpanReader(value);
        CatalogRecord.RequireVersion(reader.ReadInt16(), Version);
        string name = CatalogRecord.ReadText(ref reader);
        int partitionCount = reader.ReadInt32();
        ImmutableSortedDictionary<string, string> configs = CatalogRecord.ReadConfigs(ref reader);
        CatalogRecord.RequireEnd(reader);
        return TopicName.FaultOf(name) is null && partitionCount is > 0 and <= TopicLimits.MaxPartitions
            ? new Topic(id, name, partitionCount, configs)
            : throw new BinaryFormatException(CoreErrors.InputMalformed, $"No topic has the name '{name}' and {partitionCount} partitions.");
    }
}
