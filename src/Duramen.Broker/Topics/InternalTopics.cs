namespace Duramen.Broker.Topics;

/// <summary>The topics that are the broker's own: clients may read and describe them, and not write or delete them.</summary>
internal static class InternalTopics
{
    /// <summary>Groups and their offsets; the format of its records is Kafka's.</summary>
    public const string ConsumerOffsets = "__consumer_offsets";

    public static bool Contains(string name) => name == ConsumerOffsets;
}
