using BenchmarkDotNet.Attributes;
using Duramen.Core.Ids;
using Duramen.Disk.Posix;
using Duramen.Log;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Benchmarks;

/// <summary>Streaming a log that is in the page cache, every checksum verified; times and bytes are per record.</summary>
[MemoryDiagnoser]
public class ReadBenchmarks
{
    private const int Records = 500_000;

    private string _path = "";
    private DataFolder? _folder;
    private DiskLog? _log;

    [Params(16 << 10, 128 << 10, 1 << 20)]
    public int MaxBytes { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _path = Directory.CreateTempSubdirectory("duramen-read-").FullName;
        _folder = await DataFolder.OpenAsync(new PosixDisk(), _path, new StorageOptions { MaintenanceInterval = TimeSpan.Zero });
        _log = await _folder.CreateLogAsync("a log");
        byte[] batch = LogBatches.Make();
        for (int appended = 0; appended < Records; appended += LogBatches.RecordsPerBatch)
        {
            await _log.AppendAsync(batch);
        }

        // What is in segments and no longer in memory is read from their files.
        _folder.Checkpoint();
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public async Task<long> StreamAsync()
    {
        long bytes = 0;
        Offset next = Offset.Zero;
        while (true)
        {
            using LogSlice slice = await _log!.ReadAsync(next, new ReadLimits(MaxBytes));
            if (slice.Batches.IsEmpty)
            {
                return bytes;
            }

            bytes += slice.Batches.Length;
            next = slice.NextOffset;
        }
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        await _folder!.DisposeAsync();
        Directory.Delete(_path, recursive: true);
    }
}
