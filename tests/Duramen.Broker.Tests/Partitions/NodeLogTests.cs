using System.Text;
using Duramen.Broker.Tests.Handlers;
using Duramen.Coordination.Notes;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Records.Compression;
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

    [Theory]
    [InlineData("gzip", CompressionCodec.Gzip, CompressionCodec.Gzip)]
    [InlineData("producer", CompressionCodec.None, CompressionCodec.Snappy)]
    [InlineData("uncompressed", CompressionCodec.None, CompressionCodec.None)]
    public async Task Appends_of_the_node_are_stored_with_the_codec_that_the_topic_asks_for(string configured, CompressionCodec first, CompressionCodec second)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        using WireClient client = await broker.ConnectAsync("t", 1, ("compression.type", configured));
        ILog log = broker.Broker.FindTopic("t", new Appender("node", "User:node", "127.0.0.1"))!.Logs[0];
        byte[] plain = TestBroker.Batch("one", "two");
        using var builder = new RecordBatchBuilder { Codec = CompressionCodec.Snappy };
        builder.Append(0, NullableBytes.Null, "three"u8);

        await log.AppendAsync((byte[])[.. plain, .. builder.Build().Span]);
        await log.TryAppendAsync(plain.ToArray());

        using LogSlice slice = await log.ReadAsync(Offset.Zero, ReadLimits.Default);
        var codecs = new List<CompressionCodec>();
        var values = new List<string>();
        using var decoder = new RecordBatchDecoder();
        for (ReadOnlySpan<byte> rest = slice.Batches.Span; RecordBatchView.TryRead(rest, out RecordBatchView batch); rest = rest[batch.SizeBytes..])
        {
            codecs.Add(batch.Codec);
            Assert.True(decoder.Open(batch, out RecordReader reader).IsNone);
            while (reader.TryRead(out RecordView record))
            {
                values.Add(Encoding.UTF8.GetString(record.Value.Span));
            }
        }

        Assert.Equal([first, second, first], codecs);
        Assert.Equal(["one", "two", "three", "one", "two"], values);
    }
}
