using BenchmarkDotNet.Attributes;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Benchmarks;

/// <summary>
/// What an append costs beside the disk: check, group, checksum and apply, on a disk in memory, which syncs nothing. Times and bytes are per record.
/// </summary>
[MemoryDiagnoser]
public class AppendBenchmarks
{
    private const int Records = 100_000;
    private const int Batches = Records / LogBatches.RecordsPerBatch;

    // The folder makes the spare file of its journal in the background within this time.
    private const int SpareFileMs = 300;

    private readonly byte[] _batch = LogBatches.Make();
    private DataFolder? _folder;
    private DiskLog? _log;

    [IterationSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    [Benchmark(OperationsPerInvoke = Records, Baseline = true)]
    public Task AppendAsync() => AppendAllAsync();

    [Benchmark(OperationsPerInvoke = Records)]
    public async Task AppendAndFlushAsync()
    {
        await AppendAllAsync();
        _folder!.Checkpoint();
    }

    [IterationCleanup]
    public void CleanUp() => _folder!.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task AppendAllAsync()
    {
        for (int count = 0; count < Batches; count++)
        {
            await _log!.AppendAsync(_batch);
        }
    }

    // A round that does not count makes the buffers; files that reach far enough already keep the memory of the disk itself out of the result.
    private async Task SetupAsync()
    {
        var disk = new MemoryDisk();
        _folder = await DataFolder.OpenAsync(disk, "/data", new StorageOptions { JournalFileSizeBytes = 64 << 20, MaintenanceInterval = TimeSpan.Zero });
        _log = await _folder.CreateLogAsync("a log");
        await AppendAllAsync();
        _folder.Checkpoint();
        using IDiskFile file = disk.Open(_log.Segments[^1].FilePath, DiskFileMode.Existing);
        file.Write(new byte[Batches * _batch.Length], file.Length);
        await Task.Delay(SpareFileMs);
    }
}
