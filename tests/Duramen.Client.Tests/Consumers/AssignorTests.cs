using Duramen.Client.Consumers;

namespace Duramen.Client.Tests.Consumers;

public sealed class AssignorTests
{
    public static TheoryData<GroupAssignor> All => [.. Enum.GetValues<GroupAssignor>()];

    [Theory]
    [MemberData(nameof(All))]
    public void Each_partition_goes_to_one_member_that_wants_its_topic(GroupAssignor kind)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            (Dictionary<string, MemberSubscription> members, Dictionary<string, int> counts) = Make(new Random(seed), isClean: true);

            Dictionary<string, List<TopicPartition>> assigned = Assignor.Find(kind).Assign(members, counts);

            Assert.Equal(members.Keys.Order(), assigned.Keys.Order());
            Assert.All(assigned, member => Assert.All(member.Value, partition => Assert.Contains(partition.Topic, members[member.Key].Topics)));
            Assert.Equal(Wanted(members, counts), assigned.Values.SelectMany(partitions => partitions).Order());
        }
    }

    [Fact]
    public void A_sticky_share_is_even_and_nobody_gets_less_than_it_had_but_for_that()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            (Dictionary<string, MemberSubscription> members, Dictionary<string, int> counts) = Make(new Random(seed), isClean: false);

            Dictionary<string, List<TopicPartition>> assigned = StickyAssignment.Assign(members, counts);

            Assert.Equal(Wanted(members, counts), assigned.Values.SelectMany(partitions => partitions).Order());
            foreach ((string member, List<TopicPartition> partitions) in assigned)
            {
                foreach (TopicPartition partition in partitions)
                {
                    Assert.All(
                        assigned.Where(other => members[other.Key].Topics.Contains(partition.Topic)),
                        other => Assert.True(other.Value.Count + 1 >= partitions.Count, $"Seed {seed}: {partition} of {member} could go to {other.Key}."));
                }
            }
        }
    }

    [Fact]
    public void A_share_that_is_even_stays_as_it_is()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            (Dictionary<string, MemberSubscription> members, Dictionary<string, int> counts) = Make(new Random(seed), isClean: true);
            Dictionary<string, List<TopicPartition>> first = StickyAssignment.Assign(members, counts);

            Dictionary<string, MemberSubscription> again = members.ToDictionary(member => member.Key, member => member.Value with { Owned = first[member.Key], Generation = 7 });

            Assert.Equal(first, StickyAssignment.Assign(again, counts));
            Assert.Equal(first, StickyAssignment.AssignCooperatively(again, counts));
        }
    }

    [Fact]
    public void Only_as_many_partitions_move_as_a_new_member_gets()
    {
        var counts = new Dictionary<string, int> { ["t"] = 12 };
        Dictionary<string, MemberSubscription> members = new()
        {
            ["a"] = new(["t"], [.. Enumerable.Range(0, 6).Select(index => new TopicPartition("t", index))], 3),
            ["b"] = new(["t"], [.. Enumerable.Range(6, 6).Select(index => new TopicPartition("t", index))], 3),
            ["c"] = MemberSubscription.To("t"),
        };

        Dictionary<string, List<TopicPartition>> assigned = StickyAssignment.Assign(members, counts);

        Assert.All(assigned.Values, partitions => Assert.Equal(4, partitions.Count));
        Assert.Subset(members["a"].Owned.ToHashSet(), assigned["a"].ToHashSet());
        Assert.Subset(members["b"].Owned.ToHashSet(), assigned["b"].ToHashSet());

        // Those that move are nobody's until their owners have given them up.
        Dictionary<string, List<TopicPartition>> cooperative = StickyAssignment.AssignCooperatively(members, counts);
        Assert.Equal((assigned["a"], assigned["b"]), (cooperative["a"], cooperative["b"]), Comparer);
        Assert.Empty(cooperative["c"]);
    }

    [Fact]
    public void Of_two_that_claim_a_partition_the_one_of_the_later_generation_keeps_it()
    {
        var counts = new Dictionary<string, int> { ["t"] = 2 };
        Dictionary<string, MemberSubscription> members = new()
        {
            ["a"] = new(["t"], [new("t", 0), new("t", 1)], 3),
            ["b"] = new(["t"], [new("t", 0)], 4),
        };

        Dictionary<string, List<TopicPartition>> assigned = StickyAssignment.Assign(members, counts);

        Assert.Equal([new TopicPartition("t", 0)], assigned["b"]);
        Assert.Equal([new TopicPartition("t", 1)], assigned["a"]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_subscription_says_what_a_member_wants_and_has(GroupAssignor kind)
    {
        TopicPartition[] held = [new("a", 1), new("b", 0), new("b", 5)];
        TopicPartition[] last = kind == GroupAssignor.Sticky ? [new("a", 2)] : held;
        byte[] written = GroupProtocol.WriteSubscription(kind, ["a", "b"], held, last, 9);

        MemberSubscription read = GroupProtocol.ReadSubscription(kind, written);

        Assert.Equal(["a", "b"], read.Topics);
        Assert.Equal(kind == GroupAssignor.Sticky ? last : held, read.Owned);
        Assert.Equal(9, read.Generation);
    }

    [Fact]
    public void Subscriptions_of_every_length_and_of_other_clients_are_read_or_refused()
    {
        // The first version, as kcat writes it: topics and data that nobody knows here.
        Assert.Equal(["t"], GroupProtocol.ReadSubscription(GroupAssignor.Range, [0, 0, 0, 0, 0, 1, 0, 1, (byte)'t', 0, 0, 0, 2, 1, 2]).Topics);

        // The second one, with the generation in the data, as Kafka's cooperative assignor had it at first.
        MemberSubscription cooperative = GroupProtocol.ReadSubscription(
            GroupAssignor.CooperativeSticky,
            [0, 1, 0, 0, 0, 1, 0, 1, (byte)'t', 0, 0, 0, 4, 0, 0, 0, 6, 0, 0, 0, 1, 0, 1, (byte)'t', 0, 0, 0, 1, 0, 0, 0, 3]);
        Assert.Equal(([new TopicPartition("t", 3)], 6), (cooperative.Owned, cooperative.Generation), PairComparer);

        byte[] whole = GroupProtocol.WriteSubscription(GroupAssignor.Sticky, ["topic"], [new("topic", 1)], [new("topic", 1)], 2);
        foreach (GroupAssignor kind in Enum.GetValues<GroupAssignor>())
        {
            for (int length = 0; length < whole.Length; length++)
            {
                try
                {
                    Assert.Equal(["topic"], GroupProtocol.ReadSubscription(kind, whole.AsSpan(0, length)).Topics);
                }
                catch (ClientException refused)
                {
                    Assert.Equal(ClientErrors.BadResponse, refused.Code);
                }
            }
        }
    }

    private static EqualityComparer<(List<TopicPartition>, List<TopicPartition>)> Comparer { get; } =
        EqualityComparer<(List<TopicPartition>, List<TopicPartition>)>.Create((left, right) => left.Item1.SequenceEqual(right.Item1) && left.Item2.SequenceEqual(right.Item2));

    private static EqualityComparer<(IReadOnlyList<TopicPartition>, int)> PairComparer { get; } =
        EqualityComparer<(IReadOnlyList<TopicPartition>, int)>.Create((left, right) => left.Item1.SequenceEqual(right.Item1) && left.Item2 == right.Item2);

    private static IEnumerable<TopicPartition> Wanted(Dictionary<string, MemberSubscription> members, Dictionary<string, int> counts) =>
        counts.Where(topic => members.Values.Any(member => member.Topics.Contains(topic.Key)))
            .SelectMany(topic => Enumerable.Range(0, topic.Value).Select(index => new TopicPartition(topic.Key, index)))
            .Order();

    // Members that want some topics each, and claim partitions that they may not even want when it is not clean.
    private static (Dictionary<string, MemberSubscription> Members, Dictionary<string, int> Counts) Make(Random random, bool isClean)
    {
        Dictionary<string, int> all = Enumerable.Range(0, random.Next(1, 5)).ToDictionary(index => $"topic {index}", _ => random.Next(1, 12));
        Dictionary<string, MemberSubscription> members = Enumerable.Range(0, random.Next(1, 8)).ToDictionary(index => $"member {index}", _ => new MemberSubscription(
            [.. all.Keys.Where(_ => random.Next(3) > 0)],
            isClean ? [] : [.. Enumerable.Range(0, random.Next(8)).Select(_ => new TopicPartition($"topic {random.Next(6)}", random.Next(14)))],
            random.Next(3)));
        return (members, all.Where(topic => members.Values.Any(member => member.Topics.Contains(topic.Key))).ToDictionary());
    }
}
