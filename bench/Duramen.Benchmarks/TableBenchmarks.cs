using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Duramen.Core.Ids;
using Duramen.Disk.Posix;
using Duramen.State.Store;
using Duramen.State.Store.Disk;

namespace Duramen.Benchmarks;

/// <summary>A versioned store with ten versions of each key in runs that are merged as far as they are by themselves; times and bytes are per read, or per key of a scan.</summary>
[MemoryDiagnoser]
public class TableBenchmarks
{
    private const int Keys = 100_000;
    private const int Versions = 10 * Keys;
    private const int HotKeys = 1000;
    private const int KeyBytes = 16;

    private readonly byte[] _key = new byte[KeyBytes];
    private string _path = "";
    private DiskStore? _store;
    private IStoreSnapshot? _snapshot;
    private int _next;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _path = Directory.CreateTempSubdirectory("duramen-table-").FullName;
        _store = DiskStore.Open(new PosixDisk(), _path, default, new StoreOptions { MemoryBytes = 64 << 20 });
        byte[] value = new byte[84];
        for (int offset = 0; offset < Versions; offset++)
        {
            WriteKey(offset);
            _store.Put(_key, value, new Offset(offset), offset);
            _store.Advance(new Offset(offset + 1));
        }

        await _store.FlushAsync();
        await _store.SettleAsync();
        _snapshot = _store.OpenSnapshot();
    }

    [Benchmark]
    public bool GetLatest()
    {
        WriteKey(_next++ % HotKeys);
        return _snapshot!.TryGet(_key, _snapshot.Position, out _);
    }

    [Benchmark]
    public bool GetAsOf()
    {
        WriteKey(_next++ % HotKeys);
        return _snapshot!.TryGet(_key, new Offset(_next * 7919L % Versions), out _);
    }

    [Benchmark(OperationsPerInvoke = Keys)]
    public int Scan()
    {
        int keys = 0;
        using IVersionCursor cursor = _snapshot!.Scan(KeyRange.All, new Offset(Versions / 2));
        while (cursor.MoveNext())
        {
            keys++;
        }

        return keys;
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        _snapshot!.Dispose();
        await _store!.DisposeAsync();
        Directory.Delete(_path, recursive: true);
    }

    // An odd multiplier spreads the keys, so that neighbours in time are no neighbours in order.
    private void WriteKey(long number) => BinaryPrimitives.WriteInt64BigEndian(_key, number % Keys * 0x2545F4914F6CDD1D);
}
