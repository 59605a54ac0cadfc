using System.Buffers;
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

    [Fact]
    public void A_frame_that_cannot_be_written_leaves_those_before_it_as_they_were()
    {
        var good = new FetchResponse { Topics = [new() { Name = "a", Partitions = [new() { Records = new byte[WireLimits.MinReferencedSizeBytes] }] }] };
        var bad = new FetchResponse
        {
            Topics = [new() { Name = "a", Partitions = [new() { Records = new byte[WireLimits.MinReferencedSizeBytes] }, new() { PreferredReadReplica = 3 }] }],
        };
        KafkaFrames.WriteResponse(_writer, good, version: 4, correlationId: 1);
        byte[] before = _writer.ToArray();
        var error = Assert.Throws<KafkaWireException>(() => KafkaFrames.WriteResponse(_writer, bad, version: 4, correlationId: 2));
        Assert.Equal("Topics[].Partitions[].PreferredReadReplica", error.Field);
        Assert.Equal(before, _writer.ToArray());
        KafkaFrames.WriteResponse(_writer, good, version: 4, correlationId: 1);
        Assert.Equal([.. before, .. before], _writer.ToArray());
        _writer.Clear();
        Assert.Equal((0L, 0), (_writer.Length, _writer.SegmentCount));
    }

    [Fact]
    public void Writing_takes_no_memory_once_the_buffer_is_there_and_reading_none_for_records()
    {
        byte[] records = new byte[1 << 20];
        var response = new FetchResponse { Topics = [new() { Name = "a topic", Partitions = [new() { Records = records }, new() { Records = records }] }] };
        for (int round = 0; ; round++)
        {
            _writer.Clear();
            long before = GC.GetAllocatedBytesForCurrentThread();
            KafkaFrames.WriteResponse(_writer, response, version: 12, correlationId: 1);
            long written = GC.GetAllocatedBytesForCurrentThread() - before;
            byte[] frame = _writer.ToArray();
            before = GC.GetAllocatedBytesForCurrentThread();
            KafkaFrames.ReadResponse<FetchResponse>(frame.AsMemory(4), version: 12, out _);
            long read = GC.GetAllocatedBytesForCurrentThread() - before;
            if (round > 0)
            {
                Assert.Equal(0, written);
                Assert.InRange(read, 1, 1024);
                return;
            }
        }
    }

    [Fact]
    public void Text_that_is_longer_than_the_protocol_can_say_is_refused()
    {
        var request = new HeartbeatRequest { GroupId = new string('x', WireLimits.MaxStringSizeBytes) };
        KafkaFrames.WriteRequest(_writer, request, version: 4, correlationId: 1, clientId: null);
        request.GroupId += "x";
        var error = Assert.Throws<KafkaWireException>(() => KafkaFrames.WriteRequest(_writer, request, version: 0, correlationId: 1, clientId: null));
        Assert.Equal((WireErrors.TooLarge, "GroupId"), (error.Code, error.Field));
    }

    [Fact]
    public void Frames_are_taken_whole_wherever_the_stream_is_cut()
    {
        for (int i = 0; i < 3; i++)
        {
            KafkaFrames.WriteRequest(_writer, new HeartbeatRequest { GroupId = $"group {i}" }, version: (short)(2 + i), correlationId: i, clientId: "a client");
        }

        byte[] stream = _writer.ToArray();
        for (int cut = 0; cut <= stream.Length; cut++)
        {
            var groups = new List<string>();
            ReadOnlySequence<byte> input = new(stream.AsMemory(0, cut));
            Take(ref input, groups);
            byte[] rest = input.ToArray();
            Assert.True(groups.Count < 3 || cut == stream.Length);
            Assert.Equal(cut, rest.Length + groups.Select((_, index) => FrameLength(stream, index)).Sum());

            ReadOnlySequence<byte> whole = TwoSegments.Of(rest, stream[cut..]);
            Take(ref whole, groups);
            Assert.Equal(["group 0", "group 1", "group 2"], groups);
            Assert.True(whole.IsEmpty);
        }
    }

    [Theory]
    [InlineData(-1, "kafka-frame-malformed")]
    [InlineData(int.MinValue, "kafka-frame-malformed")]
    [InlineData(1001, "kafka-field-too-large")]
    [InlineData(0x47455420, "kafka-field-too-large")]
    [InlineData(0x16030102, "kafka-field-too-large")]
    public void A_frame_that_is_negative_or_above_the_limit_is_refused_before_it_arrives(int size, string code)
    {
        byte[] prefix = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, size);
        var error = Assert.Throws<KafkaWireException>(() =>
        {
            ReadOnlySequence<byte> input = new(prefix);
            return KafkaFrames.TryTake(ref input, maxSizeBytes: 1000, out _);
        });
        Assert.Equal(code, error.Code.Name);
    }

    private static void Take(ref ReadOnlySequence<byte> input, List<string> groups)
    {
        while (KafkaFrames.TryTake(ref input, maxSizeBytes: 1000, out ReadOnlySequence<byte> frame))
        {
            var reader = new KafkaReader(frame.ToArray());
            RequestHeader header = RequestHeader.Read(ref reader);
            groups.Add(HeartbeatRequest.Read(ref reader, header.ApiVersion).GroupId);
        }
    }

    private static int FrameLength(byte[] stream, int index)
    {
        int position = 0;
        for (; index > 0; index--)
        {
            position += 4 + BinaryPrimitives.ReadInt32BigEndian(stream.AsSpan(position));
        }

        return 4 + BinaryPrimitives.ReadInt32BigEndian(stream.AsSpan(position));
    }

    private sealed class TwoSegments : ReadOnlySequenceSegment<byte>
    {
        private TwoSegments(byte[] bytes, long index)
        {
            Memory = bytes;
            RunningIndex = index;
        }

        public static ReadOnlySequence<byte> Of(byte[] first, byte[] second)
        {
            var start = new TwoSegments(first, 0);
            var end = new TwoSegments(second, first.Length);
            start.Next = end;
            return new(start, 0, end, second.Length);
        }
    }
}
