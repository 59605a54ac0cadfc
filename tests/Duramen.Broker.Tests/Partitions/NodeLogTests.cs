using Duramen.Broker.Tests.Handlers;
using Duramen.Coordination.Notes;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;
using Duramen.Testing.Kafka;

namespace Duramen.Broker.Tests.Partitions;

/// <summary>The logs of partitions as the node's own process appends to them.</summary>
public sealed class NodeLogTests
{
    [Fact]
    public async Task Producers_wait_while_an_append_of_the_node_that_expects_an_end_has_its_turn()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient producer = await broker.ConnectAsync("t");
        ILog log = broker.Broker.FindTopic("t", new Appender("node", "User:node", "127.0.0.1"))!.Logs[0];
        IHoldableLog holdable = Assert.IsType<IHoldableLog>(log, exactMatch: false);

        IDisposable hold = holdable.HoldAppends()!;
        Task<ProduceResponse.Partition> produced = TestBroker.ProduceAsync(producer, "t", TestBroker.Batch("producer's"));
        AppendResult first = await log.AppendAsync(TestBroker.Batch("node's"), new AppendOptions(ExpectedEnd: Offset.Zero));
        AppendResult second = await log.AppendAsync(TestBroker.Batch("node's"), new AppendOptions(ExpectedEnd: first.NextOffset));
        Assert.False(produced.IsCompleted);
        hold.Dispose();
        ProduceResponse.Partition answer = await produced;
        Assert.Equal((KafkaError.None, second.NextOffset.Value), (answer.ErrorCode, answer.BaseOffset));
    }
}
