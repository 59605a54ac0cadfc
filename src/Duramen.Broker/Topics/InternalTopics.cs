namespace Duramen.Broker.Topics;

/// <summary>The topics that are the broker's own: clients may read and describe them, and not write or delete them.</summary>
internal static class InternalTopics
{
    /// <summary>Groups and their offsets; the format of its records is Kafka's.</summary>
    public const string ConsumerOffsets = "__consumer_offsets";

    /// <summary>Who appended what: the notes of <see cref="Notes.NoteTaker"/>.</summary>
    public const string Audit = "__audit";

    public static bool Contains(string name) => name is ConsumerOffsets or Audit;
}
