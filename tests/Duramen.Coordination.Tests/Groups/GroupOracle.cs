using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;

namespace Duramen.Coordination.Tests.Groups;

/// <summary>What must be true of a group whatever happens to it, by what its members are told.</summary>
internal sealed class GroupOracle
{
    private readonly SortedDictionary<(int Generation, int Partition), string> _owners = [];
    private readonly SortedDictionary<int, long> _committed = [];
    private long _offset;
    private int _lastGeneration;

    /// <summary>The number of assignments that members were given.</summary>
    public int Assignments { get; private set; }

    /// <summary>The number of commits that were taken.</summary>
    public int Commits { get; private set; }

    public long NextOffset() => ++_offset;

    /// <summary>A partition has one owner in a generation; and no generation is given out after a later one.</summary>
    public void Assigned(int generation, string member, IEnumerable<int> partitions)
    {
        Assignments++;
        Assert.True(generation >= _lastGeneration, $"{member} was assigned partitions in generation {generation} after {_lastGeneration} was.");
        _lastGeneration = generation;
        foreach (int partition in partitions)
        {
            Assert.True(
                _owners.TryAdd((generation, partition), member) || _owners[(generation, partition)] == member,
                $"In generation {generation} partition {partition} belongs to {member} and {_owners[(generation, partition)]}.");
        }
    }

    /// <summary>Nobody commits for a generation when a later one has its assignment, and only the owner commits.</summary>
    public void Committed(int generation, string member, int partition, long offset)
    {
        Commits++;
        Assert.True(generation >= _lastGeneration, $"{member} committed in generation {generation} after {_lastGeneration} was assigned.");
        Assert.Equal(_owners[(generation, partition)], member);
        _committed[partition] = offset;
    }

    /// <summary>What is committed is what was last committed successfully.</summary>
    public void Check(Coordinator coordinator)
    {
        IReadOnlyList<FetchedOffset> all = coordinator.Answer(new FetchOffsets(Coordinator.Group, null));
        Assert.Equal(_committed.Select(entry => (entry.Key, entry.Value)), all.Select(fetched => (fetched.Partition, fetched.Committed!.Offset.Value)));
    }
}
