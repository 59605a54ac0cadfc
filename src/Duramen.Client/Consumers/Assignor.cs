namespace Duramen.Client.Consumers;

/// <summary>A way to share partitions among the members of a group; the leader's client does it for all.</summary>
/// <param name="Kind">Which one it is.</param>
/// <param name="Name">The name that all members must have in common.</param>
/// <param name="Assign">From what each member wants and has, and the number of partitions of each topic, to the partitions of each member.</param>
internal sealed record Assignor(
    GroupAssignor Kind,
    string Name,
    Func<IReadOnlyDictionary<string, MemberSubscription>, IReadOnlyDictionary<string, int>, Dictionary<string, List<TopicPartition>>> Assign)
{
    private static readonly Assignor[] Known =
    [
        new(GroupAssignor.Range, "range", AssignRanges),
        new(GroupAssignor.RoundRobin, "roundrobin", AssignInTurn),
        new(GroupAssignor.Sticky, "sticky", StickyAssignment.Assign),
        new(GroupAssignor.CooperativeSticky, "cooperative-sticky", StickyAssignment.AssignCooperatively),
    ];

    /// <summary>Finds one.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.InvalidOption"/>.</exception>
    public static Assignor Find(GroupAssignor kind) => Array.Find(Known, known => known.Kind == kind)
        ?? throw new ClientException(ClientErrors.InvalidOption, FormattableString.Invariant($"There is no assignor {(int)kind}."));

    private static Dictionary<string, List<TopicPartition>> AssignRanges(IReadOnlyDictionary<string, MemberSubscription> subscriptions, IReadOnlyDictionary<string, int> counts)
    {
        Dictionary<string, List<TopicPartition>> assigned = Nothing(subscriptions);
        foreach ((string topic, int count) in counts.OrderBy(static topic => topic.Key, StringComparer.Ordinal))
        {
            string[] members = [.. subscriptions.Where(member => member.Value.Topics.Contains(topic)).Select(static member => member.Key).Order(StringComparer.Ordinal)];
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

    private static Dictionary<string, List<TopicPartition>> AssignInTurn(IReadOnlyDictionary<string, MemberSubscription> subscriptions, IReadOnlyDictionary<string, int> counts)
    {
        Dictionary<string, List<TopicPartition>> assigned = Nothing(subscriptions);
        string[] members = [.. subscriptions.Keys.Order(StringComparer.Ordinal)];
        int turn = 0;
        foreach ((string topic, int count) in counts.OrderBy(static topic => topic.Key, StringComparer.Ordinal))
        {
            if (!subscriptions.Values.Any(subscription => subscription.Topics.Contains(topic)))
            {
                continue;
            }

            for (int partition = 0; partition < count; partition++)
            {
                while (!subscriptions[members[turn % members.Length]].Topics.Contains(topic))
                {
                    turn++;
                }

                assigned[members[turn++ % members.Length]].Add(new(topic, partition));
            }
        }

        return assigned;
    }

    private static Dictionary<string, List<TopicPartition>> Nothing(IReadOnlyDictionary<string, MemberSubscription> subscriptions) =>
        subscriptions.ToDictionary(static member => member.Key, static _ => new List<TopicPartition>());
}
