using System.Globalization;

namespace Duramen.Coordination.Topics;

/// <summary>
/// The names of the logs of topics: <c>NAME/PARTITION/TOPIC-ID</c>. So a partition's log is found without anything that would have to be kept in step, and
/// the log of a topic that was deleted is never taken for one of another topic of that name. No other log's name has a slash.
/// </summary>
/// <param name="Topic">The name of the topic.</param>
/// <param name="Partition">The number of the partition.</param>
/// <param name="TopicId">The id of the topic.</param>
public readonly record struct TopicLogName(string Topic, int Partition, Guid TopicId)
{
    /// <summary>Reads the name of a log; false when it is none of a topic's.</summary>
    public static bool TryParse(string text, out TopicLogName name)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/');
        if (parts.Length == 3
            && TopicName.FaultOf(parts[0]) is null
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
            && Guid.TryParseExact(parts[2], "D", out Guid topicId)
            && new TopicLogName(parts[0], partition, topicId) is var read
            && read.ToString() == text)
        {
            name = read;
            return true;
        }

        name = default;
        return false;
    }

    /// <summary>The name of the log.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}/{Partition}/{TopicId:D}");
}
