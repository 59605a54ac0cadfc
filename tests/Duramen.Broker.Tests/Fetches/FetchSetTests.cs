using Duramen.Broker.Fetches;
using Duramen.Broker.Partitions;
using Duramen.Broker.Tests.Connections;
using Duramen.Broker.Tests.Handlers;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log.Memory;

namespace Duramen.Broker.Tests.Fetches;

public sealed class FetchSetTests
{
    private static readonly PartitionRules Rules = new(1 << 20, 1 << 30, false, false, long.MaxValue, long.MaxValue, null);

    [Fact]
    public async Task Of_a_thousand_partitions_only_those_are_looked_at_again_whose_logs_have_more()
    {
        using var set = new FetchSet(1000);
        MemoryLog[] logs = [.. Enumerable.Range(0, 1000).Select(index => new MemoryLog(default, $"{index}"))];
        for (int index = 0; index < logs.Length; index++)
        {
            set.Add(new FetchedPartition("t", new FetchRequest.Partition { Index = index }));
        }

        WatchAll(set, logs);
        Assert.False(set.TryTake(out _, out _));
        Task waiting = set.WaitAsync();
        Assert.False(waiting.IsCompleted);

        await logs[700].AppendAsync(TestBroker.Batch("a"));
        await logs[3].AppendAsync(TestBroker.Batch("b"));
        await waiting;
        var looked = new List<int>();
        await TestListener.WaitUntilAsync(() =>
        {
            looked.AddRange(Take(set));
            return looked.Count == 2;
        });
        Assert.Equal([3, 700], looked.Order());
        Assert.Empty(Take(set));
    }

    [Fact]
    public async Task A_log_that_fails_has_its_partition_looked_at_with_the_reason()
    {
        using var set = new FetchSet(1);
        var log = new MemoryLog(default, "log");
        set.Add(new FetchedPartition("t", new FetchRequest.Partition()));
        WatchAll(set, [log]);
        Task waiting = set.WaitAsync();
        await log.DisposeAsync();
        await waiting;
        Assert.True(set.TryTake(out _, out KafkaError failure));
        Assert.Equal(KafkaError.UnknownTopicOrPartition, failure);
    }

    [Fact]
    public async Task A_partition_that_was_taken_out_is_not_looked_at_and_nobody_waits_for_it()
    {
        var set = new FetchSet(3);
        MemoryLog[] logs = [.. Enumerable.Range(0, 3).Select(index => new MemoryLog(default, $"{index}"))];
        var partitions = new FetchedPartition[3];
        for (int index = 0; index < 3; index++)
        {
            partitions[index] = new FetchedPartition("t", new FetchRequest.Partition { Index = index });
            set.Add(partitions[index]);
        }

        WatchAll(set, logs);
        set.Enqueue(partitions[0]);
        set.Remove(partitions[0]);
        set.Remove(partitions[1]);
        await logs[1].AppendAsync(TestBroker.Batch("late"));
        Assert.Equal(1, set.Count);
        Assert.Empty(Take(set));
        Assert.Equal((partitions[2], 0), (set.NextInTurn(), partitions[2].Place));

        Assert.NotNull(partitions[2].Watch);
        set.Dispose();
        Assert.All(partitions, partition => Assert.Null(partition.Watch));
        set.Watch(partitions[2], new Partition("t", Guid.Empty, 2, logs[2], Rules), Offset.Zero);
        Assert.Null(partitions[2].Watch);
    }

    private static void WatchAll(FetchSet set, MemoryLog[] logs)
    {
        while (set.TryTake(out FetchedPartition? fetched, out _))
        {
            set.Watch(fetched, new Partition("t", Guid.Empty, fetched.Index, logs[fetched.Index], Rules), logs[fetched.Index].Watermarks.Committed);
        }
    }

    private static List<int> Take(FetchSet set)
    {
        var taken = new List<int>();
        while (set.TryTake(out FetchedPartition? fetched, out _))
        {
            taken.Add(fetched.Index);
        }

        return taken;
    }
}
