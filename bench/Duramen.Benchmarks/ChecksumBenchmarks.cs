using BenchmarkDotNet.Attributes;
using Duramen.Core.Checksums;

namespace Duramen.Benchmarks;

/// <summary>CRC-32C over buffers from a record's size to a large batch's, in lanes and in one stream.</summary>
public class ChecksumBenchmarks
{
    private byte[] _data = [];

    [Params(64, 512, 4096, 65_536, 1_048_576)]
    public int SizeBytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _data = new byte[SizeBytes];
        new Core.Random.Prng(1).NextBytes(_data);
    }

    [Benchmark]
    public uint Lanes() => Crc32C.Compute(_data);

    [Benchmark(Baseline = true)]
    public uint OneStream() => ~Crc32C.AppendSingle(uint.MaxValue, _data);
}
