using BenchmarkDotNet.Attributes;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;

namespace Duramen.Benchmarks;

/// <summary>
/// Reading a produce request and writing a fetch response, the two messages that carry records; times are per frame. What a reading allocates is
/// the message itself, its lists and its names; a writing allocates nothing.
/// </summary>
[MemoryDiagnoser]
public class KafkaBenchmarks : IDisposable
{
    private const short ProduceVersion = 9;
    private const short FetchVersion = 12;
    private const int RecordsSizeBytes = 16 * 1024;

    private readonly KafkaWriter _writer = new();
    private readonly FetchResponse _response = new();
    private readonly List<ReadOnlyMemory<byte>> _segments = [];
    private byte[] _request = [];

    [Params(1, 10, 1000)]
    public int Partitions { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        byte[] records = new byte[RecordsSizeBytes];
        new Core.Random.Prng(1).NextBytes(records);

        var request = new ProduceRequest { Acks = -1, TimeoutMs = 30_000, Topics = [new() { Name = "benchmark-topic" }] };
        _response.Topics.Add(new() { Name = "benchmark-topic" });
        for (int index = 0; index < Partitions; index++)
        {
            request.Topics[0].Partitions.Add(new() { Index = index, Records = records });
            _response.Topics[0].Partitions.Add(new() { Index = index, HighWatermark = 100_000, LastStableOffset = 100_000, Records = records });
        }

        KafkaFrames.WriteRequest(_writer, request, ProduceVersion, correlationId: 1, clientId: "benchmark");
        _request = _writer.ToArray()[KafkaFrames.SizePrefixBytes..];
    }

    [Benchmark]
    public int ReadProduceRequest()
    {
        var reader = new KafkaReader(_request);
        RequestHeader header = RequestHeader.Read(ref reader);
        return ProduceRequest.Read(ref reader, header.ApiVersion).Topics.Count;
    }

    [Benchmark]
    public int WriteFetchResponse()
    {
        _writer.Clear();
        _segments.Clear();
        KafkaFrames.WriteResponse(_writer, _response, FetchVersion, correlationId: 1);
        _writer.AddSegmentsTo(_segments);
        return _segments.Count;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _writer.Dispose();
        GC.SuppressFinalize(this);
    }
}
