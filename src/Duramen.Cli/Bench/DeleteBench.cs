using System.Diagnostics;
using Duramen.Disk;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Bench;

/// <summary>What those who write see while a large log is deleted beside theirs, and what they see of plain files that are deleted in one go.</summary>
internal static class DeleteBench
{
    private const int BlockBytes = 4096;
    private const long PlainFileBytes = 1 << 30;

    /// <summary>Appends of one writer, each durable before the next: for a while before a log of a size is deleted, and while it is.</summary>
    public static async Task<(Samples Before, Samples During)> LogAsync(IDisk disk, string path, long totalBytes)
    {
        (Samples, Samples) samples;
        await using (DataFolder folder = await DataFolder.OpenAsync(disk, path, new StorageOptions { MaintenanceInterval = TimeSpan.Zero }).ConfigureAwait(false))
        {
            DiskLog log = await folder.CreateLogAsync("appended").ConfigureAwait(false);
            await AppendBench.FillAsync(await folder.CreateLogAsync("deleted").ConfigureAwait(false), AppendBench.MakeBatch(1024, 1 << 20), totalBytes).ConfigureAwait(false);
            folder.Checkpoint();
            byte[] batch = AppendBench.MakeBatch(100, 1);
            samples = Measure(
                () => log.AppendAsync(batch).AsTask().GetAwaiter().GetResult(),
                () =>
                {
                    folder.DeleteLogAsync("deleted").AsTask().GetAwaiter().GetResult();
                    folder.Checkpoint();
                });
        }

        disk.DeleteFolder(path);
        return samples;
    }

    /// <summary>Synced writes to a plain file, before and while files of 1 GiB are deleted.</summary>
    public static (Samples Before, Samples During) Plain(IDisk disk, string path, long totalBytes)
    {
        disk.CreateFolder(path);
        byte[] block = new byte[1 << 20];
        new Random(1).NextBytes(block);
        var paths = new List<string>();
        for (long left = totalBytes; left > 0; left -= PlainFileBytes)
        {
            using IDiskFile file = disk.Open($"{path}/deleted {paths.Count}", DiskFileMode.CreateNew);
            paths.Add(file.Path);
            for (long position = 0; position < Math.Min(left, PlainFileBytes); position += block.Length)
            {
                file.Write(block, position);
            }

            file.Sync();
        }

        (Samples, Samples) samples;
        using (IDiskFile file = disk.Open($"{path}/written", DiskFileMode.CreateNew))
        {
            long end = 0;
            samples = Measure(
                () =>
                {
                    file.Write(block.AsSpan(0, BlockBytes), end);
                    file.Sync();
                    end += BlockBytes;
                },
                () => paths.ForEach(disk.DeleteFile));
        }

        disk.DeleteFolder(path);
        return samples;
    }

    private static (Samples Before, Samples During) Measure(Action write, Action delete)
    {
        var before = new Samples(1 << 16);
        Repeat(write, before, Stopwatch.StartNew(), () => false);
        var during = new Samples(1 << 16);
        using var ended = new ManualResetEventSlim();
        var deleting = new Thread(() =>
        {
            delete();
            ended.Set();
        });
        deleting.Start();
        Repeat(write, during, Stopwatch.StartNew(), () => !ended.IsSet);
        deleting.Join();
        return (before, during);
    }

    // At least a second: the kernel commits and discards for a while after a deletion has returned.
    private static void Repeat(Action write, Samples samples, Stopwatch time, Func<bool> goesOn)
    {
        samples.Start();
        while (goesOn() || time.ElapsedMilliseconds < 1000)
        {
            long began = Stopwatch.GetTimestamp();
            write();
            samples.Add(began);
        }

        samples.Stop();
    }
}
