namespace Duramen.Client.Consumers;

/// <summary>A way to share partitions among the members of a group; the leader's client does it for all.</summary>
/// <param name="Name">The name that all members must have in common.</param>
/// <param name="Assign">From the topics of each member and the number of partitions of each topic to the partitions of each member.</param>
internal sealed record Assignor(
    string Name,
    Func<IReadOnlyDictionary<string, List<string>>, IReadOnlyDictionary<string, int>, Dictionary<string, List<TopicPartition>>> Assign)
{
    /// <summary>Topic by topic, each member a run of neighbouring partitions: topics with as many partitions are shared alike, so that they can be joined.</summary>
    public static Assignor Range { get; } = new("range", AssignRanges);

    /// <summary>Partition by partition, each to the next member that wants its topic: as even as it gets.</summary>
    public static Assignor RoundRobin { get; } = new("roundrobin", AssignInTurn);

    /// <summary>All of them, the preferred first.</summary>
    public static IReadOnlyList<Assignor> All { get; } = [Range, RoundRobin];

    private static Dictionary<string, List<TopicPartition>> AssignRanges(IReadOnlyDictionary<string, List<string>> topicsOf, IReadOnlyDictionary<string, int> counts)
    {
        Dictionary<string, List<TopicPartition>> assigned = Nothing(topicsOf);
        foreach ((string topic, int count) in counts.OrderBy(static topic => topic.Key, StringComparer.Ordinal))
        {
            string[] members = [.. topicsOf.Where(member => member.Value.Contains(topic)).Select(static member => member.Key).Order(StringComparer.Ordinal)];
            for (int index = 0; index < members.Length; index++)
            {
                int each = count / members.Length;
                int more = count % members.Length;
                int first = (each * index) + Math.Min(index, more);
                assigned[members[index]].AddRange(Enumerable.Range(first, each + (index < more ? 1 : 0)).Select(partition => new TopicPartition(topic, partition)));
            }
        }

        return assigned;
    }

    private static Dictionary<string, List<TopicPartition>> AssignInTurn(IReadOnlyDictionary<string, List<string>> topicsOf, IReadOnlyDictionary<string, int> counts)
    {
        Dictionary<string, List<TopicPartition>> assigned = Nothing(topicsOf);
        string[] members = [.. topicsOf.Keys.Order(StringComparer.Ordinal)];
        int turn = 0;
        foreach ((string topic, int count) in counts.OrderBy(static topic => topic.Key, StringComparer.Ordinal))
        {
            if (!topicsOf.Values.Any(topics => topics.Contains(topic)))
            {
                continue;
            }

            for (int partition = 0; partition < count; partition++)
            {
                while (!topicsOf[members[turn % members.Length]].Contains(topic))
                {
                    turn++;
                }

                assigned[members[turn++ % members.Length]].Add(new(topic, partition));
            }
        }

        return assigned;
    }

    private static Dictionary<string, List<TopicPartition>> Nothing(IReadOnlyDictionary<string, List<string>> topicsOf) =>
        topicsOf.ToDictionary(static member => member.Key, static _ => new List<TopicPartition>());
}
