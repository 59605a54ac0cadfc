using System.Collections.Concurrent;
using Duramen.Broker.Tests.Handlers;
using Duramen.Coordination.Notes;
using Duramen.Coordination.Topics;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Notes;

/// <summary>What the broker notes of who appends.</summary>
public sealed class NoteTests
{
    [Fact]
    public async Task A_batch_that_is_acknowledged_has_its_note_and_only_a_change_makes_another()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient first = await broker.ConnectAsync("t");
        using WireClient second = await broker.ConnectAsync();
        second.ClientId = "second";
        List<string> expected = [];
        foreach (WireClient client in (WireClient[])[first, first, second, second, second, first])
        {
            ProduceResponse.Partition answer = await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("x"));
            Assert.Equal((KafkaError.None, (long)expected.Count), (answer.ErrorCode, answer.BaseOffset));
            expected.Add(client.ClientId);
            (NoteBook book, NotedPartition partition, int runs) = await ReadNotesAsync(broker, "t");
            for (int offset = 0; offset < expected.Count; offset++)
            {
                Assert.Equal(
                    new Appender(expected[offset], "User:ANONYMOUS", "127.0.0.1"), book.Find(partition, new Offset(offset), ProducerId.None, out _));
            }

            Assert.Equal(expected.Zip(expected.Skip(1)).Count(pair => pair.First != pair.Second) + 1, runs);
        }
    }

    [Fact]
    public async Task Producers_with_ids_that_take_turns_need_one_note_each()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient first = await broker.ConnectAsync("t");
        using WireClient second = await broker.ConnectAsync();
        second.ClientId = "second";
        for (int sequence = 0; sequence < 5; sequence++)
        {
            foreach ((WireClient client, long producer) in new[] { (first, 1L), (second, 2L) })
            {
                byte[] batch = TestBroker.Batch(builder => builder.SetProducer(new ProducerId(producer), 0, sequence), "x");
                Assert.Equal(KafkaError.None, (await TestBroker.ProduceAsync(client, "t", batch)).ErrorCode);
            }
        }

        (NoteBook book, NotedPartition partition, int runs) = await ReadNotesAsync(broker, "t");
        Assert.Equal(2, runs);
        Assert.Equal("second", book.Find(partition, new Offset(9), new ProducerId(2), out _)!.ClientId);
        Assert.Equal(first.ClientId, book.Find(partition, new Offset(8), new ProducerId(1), out _)!.ClientId);
    }

    [Fact]
    public async Task Many_requests_at_once_over_many_connections_are_all_noted_and_confirmed_when_the_broker_stops()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient admin = await broker.ConnectAsync("t");
        var sent = new ConcurrentDictionary<long, string>();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async index =>
        {
            using WireClient client = await broker.ConnectAsync();
            client.ClientId = $"client {index}";
            for (int round = 0; round < 40; round++)
            {
                ProduceResponse.Partition answer = await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("x", "y"));
                Assert.Equal(KafkaError.None, answer.ErrorCode);
                sent[answer.BaseOffset] = client.ClientId;
            }
        }));
        await broker.RestartAsync();

        (NoteBook book, NotedPartition partition, _) = await ReadNotesAsync(broker, "t");
        Assert.Equal(240, sent.Count);
        foreach ((long offset, string clientId) in sent)
        {
            Assert.Equal(clientId, book.Find(partition, new Offset(offset), ProducerId.None, out bool isConfirmed)?.ClientId);
            Assert.True(isConfirmed);
        }
    }

    [Fact]
    public async Task A_topic_without_notes_has_none_and_turning_them_off_ends_what_is_known()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("quiet", 1, ("audit.producers", "false"));
        await TestBroker.ProduceAsync(client, "quiet", TestBroker.Batch("x"));
        Assert.DoesNotContain(((ILogStore)broker.Folder).List(), log => log.Name.StartsWith("__audit/", StringComparison.Ordinal));

        using WireClient other = await broker.ConnectAsync("t");
        await TestBroker.ProduceAsync(other, "t", TestBroker.Batch("x"));
        await AlterAsync(other, "t", "audit.producers", "false");
        await TestBroker.ProduceAsync(other, "t", TestBroker.Batch("y"));
        await AlterAsync(other, "t", "audit.producers", "true");
        await TestBroker.ProduceAsync(other, "t", TestBroker.Batch("z"));
        (NoteBook book, NotedPartition partition, _) = await ReadNotesAsync(broker, "t");
        Assert.Equal([other.ClientId, null, other.ClientId], Enumerable.Range(0, 3).Select(offset => book.Find(partition, new Offset(offset), ProducerId.None, out _)?.ClientId));
    }

    [Fact]
    public async Task A_topic_that_is_made_again_has_notes_of_its_own()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("x"));
        (NoteBook old, NotedPartition before, _) = await ReadNotesAsync(broker, "t");
        await client.AskAsync(new DeleteTopicsRequest { TopicNames = ["t"] }, version: 4);
        using WireClient second = await broker.ConnectAsync("t");
        second.ClientId = "second";
        await TestBroker.ProduceAsync(second, "t", TestBroker.Batch("x"));
        (NoteBook book, NotedPartition after, _) = await ReadNotesAsync(broker, "t");
        Assert.NotEqual(before, after);
        Assert.Equal("second", book.Find(after, Offset.Zero, ProducerId.None, out _)!.ClientId);
        Assert.Equal(client.ClientId, old.Find(before, Offset.Zero, ProducerId.None, out _)!.ClientId);
    }

    [Fact]
    public async Task A_batch_whose_note_cannot_be_written_is_not_acknowledged()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        using WireClient second = await broker.ConnectAsync();
        second.ClientId = "second";
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("x"));
        ILogStore store = broker.Folder;
        await store.DeleteAsync(store.List().Single(log => log.Name.StartsWith("__audit/", StringComparison.Ordinal)).Id);

        Assert.Equal(KafkaError.None, (await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("y"))).ErrorCode);
        Assert.Equal(KafkaError.KafkaStorageError, (await TestBroker.ProduceAsync(second, "t", TestBroker.Batch("z"))).ErrorCode);
        Assert.Equal(KafkaError.KafkaStorageError, (await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("again"))).ErrorCode);
    }

    [Fact]
    public async Task Clients_neither_write_to_nor_delete_the_notes()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t");
        await TestBroker.ProduceAsync(client, "t", TestBroker.Batch("x"));
        Assert.Equal(KafkaError.InvalidTopic, (await TestBroker.ProduceAsync(client, "__audit", TestBroker.Batch("forged"))).ErrorCode);
        DeleteTopicsResponse deleted = await client.AskAsync(new DeleteTopicsRequest { TopicNames = ["__audit"] }, version: 4);
        Assert.NotEqual(KafkaError.None, deleted.Topics[0].ErrorCode);
        FetchResponse.Partition fetched = await TestBroker.FetchAsync(client, TestBroker.Fetch("__audit", 0));
        Assert.Equal(KafkaError.None, fetched.ErrorCode);
        Assert.False(fetched.Records.ToMemory().IsEmpty);
    }

    private static async Task AlterAsync(WireClient client, string topic, string name, string value) => Assert.Equal(
        KafkaError.None,
        (await client.AskAsync(
            new IncrementalAlterConfigsRequest
            {
                Resources = [new() { ResourceType = 2, ResourceName = topic, Configs = [new() { Name = name, Operation = 0, Value = value }] }],
            },
            version: 1)).Results[0].ErrorCode);

    /// <summary>The notes as they are in the log at this moment, the partition of a topic that they are about, and how many say that a run begins.</summary>
    private static async Task<(NoteBook Book, NotedPartition Partition, int Runs)> ReadNotesAsync(TestBroker broker, string topic)
    {
        IReadOnlyList<IReplicaLog> logs = ((ILogStore)broker.Folder).List();
        Assert.True(TopicLogName.TryParse(logs.Single(log => log.Name.StartsWith($"{topic}/0/", StringComparison.Ordinal)).Name, out TopicLogName name));
        ILog notes = logs.Single(log => log.Name.StartsWith("__audit/0/", StringComparison.Ordinal));
        var partition = new NotedPartition(name.TopicId, 0);
        var book = new NoteBook(wanted => wanted == partition);
        using var decoder = new RecordBatchDecoder();
        int runs = 0;
        Offset next = Offset.Zero;
        while (next < notes.Watermarks.Committed)
        {
            using LogSlice slice = await notes.ReadAsync(next, ReadLimits.Default);
            next = slice.NextOffset;
            ReadOnlySpan<byte> rest = slice.Batches.Span;
            while (RecordBatchView.TryRead(rest, out RecordBatchView batch))
            {
                decoder.Open(batch, out RecordReader records);
                while (records.TryRead(out RecordView record))
                {
                    book.Add(record);
                    ReadOnlySpan<byte> key = record.Key;
                    runs += key[1] == 1 && new Guid(key[2..18], bigEndian: true) == name.TopicId ? 1 : 0;
                }

                rest = rest[batch.SizeBytes..];
            }
        }

        return (book, partition, runs);
    }
}
