namespace Duramen.Client.Consumers;

/// <summary>
/// Shares partitions evenly among members while each keeps as much as possible of what it had. Even means that no partition can go from one member to
/// another that wants it and has at least two fewer.
/// </summary>
internal sealed class StickyAssignment
{
    private readonly IReadOnlyDictionary<string, MemberSubscription> _members;
    private readonly Dictionary<string, List<string>> _membersOf = new(StringComparer.Ordinal);
    private readonly Dictionary<TopicPartition, string> _ownerOf = [];
    private readonly Dictionary<string, List<TopicPartition>> _assigned = new(StringComparer.Ordinal);

    private StickyAssignment(IReadOnlyDictionary<string, MemberSubscription> members, IReadOnlyDictionary<string, int> counts)
    {
        _members = members;
        foreach ((string member, MemberSubscription subscription) in members.OrderBy(static member => member.Key, StringComparer.Ordinal))
        {
            _assigned.Add(member, []);
            foreach (string topic in subscription.Topics.Distinct(StringComparer.Ordinal).Where(counts.ContainsKey))
            {
                (_membersOf.TryGetValue(topic, out List<string>? wanting) ? wanting : _membersOf[topic] = []).Add(member);
            }
        }
    }

    /// <summary>The partitions of each member.</summary>
    public static Dictionary<string, List<TopicPartition>> Assign(IReadOnlyDictionary<string, MemberSubscription> members, IReadOnlyDictionary<string, int> counts)
    {
        var assignment = new StickyAssignment(members, counts);
        assignment.Keep(counts);
        assignment.Fill(counts);
        assignment.Balance();
        foreach (List<TopicPartition> partitions in assignment._assigned.Values)
        {
            partitions.Sort();
        }

        return assignment._assigned;
    }

    /// <summary>As <see cref="Assign"/>, but what another member has still to give up goes to nobody: it is shared out when that one joins without it.</summary>
    public static Dictionary<string, List<TopicPartition>> AssignCooperatively(
        IReadOnlyDictionary<string, MemberSubscription> members, IReadOnlyDictionary<string, int> counts)
    {
        ILookup<TopicPartition, string> claims = members.SelectMany(static member => member.Value.Owned.Select(partition => (partition, member.Key)))
            .ToLookup(static claim => claim.partition, static claim => claim.Key);
        Dictionary<string, List<TopicPartition>> assigned = Assign(members, counts);
        foreach ((string member, List<TopicPartition> partitions) in assigned)
        {
            partitions.RemoveAll(partition => claims[partition].Any() && !claims[partition].Contains(member));
        }

        return assigned;
    }

    // What a member had stays with it. Of two that say so the one of the later generation is right; of two of one generation neither.
    private void Keep(IReadOnlyDictionary<string, int> counts)
    {
        var claims = new Dictionary<TopicPartition, (int Generation, string? Member)>();
        foreach ((string member, MemberSubscription subscription) in _members)
        {
            foreach (TopicPartition partition in subscription.Owned.Distinct())
            {
                if (!claims.TryGetValue(partition, out (int Generation, string? Member) other) || subscription.Generation > other.Generation)
                {
                    claims[partition] = (subscription.Generation, member);
                }
                else if (subscription.Generation == other.Generation)
                {
                    claims[partition] = (other.Generation, null);
                }
            }
        }

        foreach ((TopicPartition partition, (int _, string? member)) in claims.OrderBy(static claim => claim.Key))
        {
            if (member is not null && (uint)partition.Partition < (uint)counts.GetValueOrDefault(partition.Topic) && _membersOf[partition.Topic].Contains(member))
            {
                Give(partition, member);
            }
        }
    }

    private void Fill(IReadOnlyDictionary<string, int> counts)
    {
        // Topics that few want first, so that the others even out what those make uneven.
        foreach ((string topic, List<string> wanting) in _membersOf.OrderBy(static topic => topic.Value.Count).ThenBy(static topic => topic.Key, StringComparer.Ordinal))
        {
            for (int index = 0; index < counts[topic]; index++)
            {
                var partition = new TopicPartition(topic, index);
                if (!_ownerOf.ContainsKey(partition))
                {
                    Give(partition, Least(wanting));
                }
            }
        }
    }

    // One at a time from whoever has most, so that nothing moves to a member that would have to give it on. Each move makes the sum of the squares of what
    // members have smaller, so that this ends.
    private void Balance()
    {
        while (_assigned.Keys.OrderByDescending(member => _assigned[member].Count).ThenBy(static member => member, StringComparer.Ordinal).Any(TryMoveOne))
        {
        }
    }

    private bool TryMoveOne(string member)
    {
        List<TopicPartition> own = _assigned[member];
        string? topic = own.Select(static partition => partition.Topic).Distinct(StringComparer.Ordinal).MinBy(topic => _assigned[Least(_membersOf[topic])].Count);
        if (topic is null)
        {
            return false;
        }

        string least = Least(_membersOf[topic]);
        if (_assigned[least].Count + 1 >= own.Count)
        {
            return false;
        }

        int index = own.FindLastIndex(partition => partition.Topic == topic);
        TopicPartition moved = own[index];
        own.RemoveAt(index);
        Give(moved, least);
        return true;
    }

    private void Give(TopicPartition partition, string member)
    {
        _ownerOf[partition] = member;
        _assigned[member].Add(partition);
    }

    private string Least(List<string> members)
    {
        string least = members[0];
        foreach (string member in members)
        {
            least = _assigned[member].Count < _assigned[least].Count ? member : least;
        }

        return least;
    }
}
