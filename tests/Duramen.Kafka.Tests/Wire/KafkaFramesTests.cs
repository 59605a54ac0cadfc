using System.Buffers.Binary;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;
using Xunit;

namespace Duramen.Kafka.Tests.Wire;

/// <summary>Whole frames, as connections send and receive them.</summary>
public sealed class KafkaFramesTests : IDisposable
{
    private readonly KafkaWriter _writer = new();

    public void Dispose() => _writer.Dispose();

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public void A_request_is_read_as_it_was_written(short version)
    {
        byte[] records = [1, 2, 3];
        var request = new ProduceRequest
        {
            Acks = -1,
            TimeoutMs = 1500,
            Topics = [new() { Name = "a topic", Partitions = [new() { Index = 7, Records = records }] }],
        };
        KafkaFrames.WriteRequest(_writer, request, version, correlationId: 42, clientId: "a client");
        byte[] frame = _writer.ToArray();

        Assert.Equal(frame.Length - 4, BinaryPrimitives.ReadInt32BigEndian(frame));
        var reader = new KafkaReader(frame.AsMemory(4));
        RequestHeader header = RequestHeader.Read(ref reader);
        Assert.Equal(new RequestHeader((short)ApiKey.Produce, version, 42, "a client"), header);
        ProduceRequest read = ProduceRequest.Read(ref reader, version);
        Assert.Null(read.TransactionalId);
        Assert.Equal((-1, 1500), (read.Acks, read.TimeoutMs));
        ProduceRequest.Topic topic = Assert.Single(read.Topics);
        Assert.Equal("a topic", topic.Name);
        ProduceRequest.Partition partition = Assert.Single(topic.Partitions);
        Assert.Equal(7, partition.Index);
        Assert.Equal(records, partition.Records.ToMemory().ToArray());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(11)]
    [InlineData(12)]
    public void Records_in_pieces_are_read_as_one_run(short version)
    {
        byte[] large = new byte[WireLimits.MinReferencedSizeBytes];
        large.AsSpan().Fill(7);
        var response = new FetchResponse
        {
            Topics =
            [
                new()
                {
                    Name = "a topic",
                    Partitions = [new() { Index = 1, HighWatermark = 5, Records = new RecordBytes([new byte[] { 1, 2 }, large, new byte[] { 3 }, large]) }],
                },
            ],
        };
        KafkaFrames.WriteResponse(_writer, response, version, correlationId: 9);

        var segments = new List<ReadOnlyMemory<byte>>();
        _writer.AddSegmentsTo(segments);
        Assert.Equal(segments.Count, _writer.SegmentCount);
        Assert.Equal(2, segments.Count(segment => segment.Equals(large.AsMemory())));
        byte[] frame = [.. segments.SelectMany(segment => segment.ToArray())];
        Assert.Equal(_writer.ToArray(), frame);
        Assert.Equal(_writer.Length, frame.Length);
        Assert.Equal(frame.Length - 4, BinaryPrimitives.ReadInt32BigEndian(frame));

        FetchResponse read = KafkaFrames.ReadResponse<FetchResponse>(frame.AsMemory(4), version, out int correlationId);
        Assert.Equal(9, correlationId);
        RecordBytes records = read.Topics[0].Partitions[0].Records;
        Assert.Equal(1, records.PieceCount);
        Assert.Equal([1, 2, .. large, 3, .. large], records.ToMemory().ToArray());
    }
}
