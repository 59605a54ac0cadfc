using System.Text;
using BenchmarkDotNet.Attributes;
using Duramen.Core.Binary;
using Duramen.Records.Compression;

namespace Duramen.Benchmarks;

/// <summary>Each codec over 64 KiB of JSON-like text, both directions.</summary>
[MemoryDiagnoser]
public class CompressionBenchmarks : IDisposable
{
    private const int SizeBytes = 64 * 1024;

    private readonly PooledBuffer _compressed = new();
    private readonly PooledBuffer _output = new();
    private byte[] _text = [];
    private byte[] _stored = [];

    [Params(CompressionCodec.Gzip, CompressionCodec.Snappy, CompressionCodec.Lz4, CompressionCodec.Zstd)]
    public CompressionCodec Codec { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Core.Random.Prng prng = new(1);
        StringBuilder text = new();
        while (text.Length < SizeBytes)
        {
            text.Append("{\"id\":").Append(prng.NextInt32(1_000_000)).Append(",\"state\":\"accepted\",\"amount\":").Append(prng.NextInt32(10_000)).Append('}');
        }

        _text = Encoding.ASCII.GetBytes(text.ToString(0, SizeBytes));
        Compress();
        _stored = _compressed.WrittenSpan.ToArray();
    }

    [Benchmark]
    public int Compress()
    {
        _compressed.Clear();
        RecordCompression.Compress(Codec, _text, _compressed);
        return _compressed.Length;
    }

    [Benchmark]
    public int Decompress()
    {
        _output.Clear();
        RecordCompression.Decompress(Codec, _stored, _output, SizeBytes);
        return _output.Length;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _compressed.Dispose();
        _output.Dispose();
        GC.SuppressFinalize(this);
    }
}
