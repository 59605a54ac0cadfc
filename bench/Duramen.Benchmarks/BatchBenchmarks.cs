using BenchmarkDotNet.Attributes;
using Duramen.Records.Batches;

namespace Duramen.Benchmarks;

/// <summary>Building, walking and checking an uncompressed batch; times are per batch.</summary>
[MemoryDiagnoser]
public class BatchBenchmarks : IDisposable
{
    private readonly RecordBatchBuilder _builder = new();
    private readonly RecordBatchDecoder _decoder = new();
    private byte[] _batch = [];
    private byte[] _value = [];

    [Params(100, 1000)]
    public int Records { get; set; }

    [Params(100)]
    public int ValueSizeBytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _value = new byte[ValueSizeBytes];
        new Core.Random.Prng(1).NextBytes(_value);
        Build();
        _batch = _builder.Build().ToArray();
    }

    [Benchmark]
    public int Build()
    {
        _builder.Reset();
        for (int i = 0; i < Records; i++)
        {
            _builder.Append(1_700_000_000_000 + i, "customer-000"u8, _value);
        }

        return _builder.Build().Length;
    }

    [Benchmark]
    public long Walk()
    {
        long total = 0;
        RecordBatchView.TryRead(_batch, out RecordBatchView batch);
        RecordReader reader = new(batch, batch.RecordsBytes);
        while (reader.TryRead(out RecordView record))
        {
            total += record.Key.Length + record.Value.Length;
        }

        return total;
    }

    [Benchmark]
    public bool CheckShallow() => RecordBatchValidator.CheckShallow(_batch, BatchRules.ForProducers, 0, out _).IsNone;

    [Benchmark]
    public bool CheckDeep() => RecordBatchValidator.CheckDeep(_batch, BatchRules.ForProducers, 0, _decoder, out _).IsNone;

    [GlobalCleanup]
    public void Dispose()
    {
        _builder.Dispose();
        _decoder.Dispose();
        GC.SuppressFinalize(this);
    }
}
