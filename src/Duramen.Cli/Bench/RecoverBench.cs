using System.Diagnostics;
using Duramen.Disk;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Bench;

/// <summary>How long a folder takes to open, after a clean stop and after the death of the process in the middle of its work.</summary>
internal static class RecoverBench
{
    /// <summary>Makes a folder of logs with so much data in all.</summary>
    public static async Task FillAsync(IDisk disk, string path, int logs, long totalBytes)
    {
        await using DataFolder folder = await DataFolder.OpenAsync(disk, path, Quiet).ConfigureAwait(false);
        byte[] batch = AppendBench.MakeBatch(1024, 1 << 20);
        for (int index = 0; index < logs; index++)
        {
            DiskLog log = await folder.CreateLogAsync($"log {index}").ConfigureAwait(false);
            for (long written = 0; written < totalBytes / logs; written += batch.Length)
            {
                await log.AppendAsync(batch).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Milliseconds to open the folder.</summary>
    public static async Task<double> OpenAsync(IDisk disk, string path)
    {
        long began = Stopwatch.GetTimestamp();
        await using DataFolder folder = await DataFolder.OpenAsync(disk, path, Quiet).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>Appends small records to every log, then dies as kill -9 would make it. Runs in a process of its own.</summary>
    public static async Task LoadAndDieAsync(IDisk disk, string path, long journaledBytes)
    {
        DataFolder folder = await DataFolder.OpenAsync(disk, path, Quiet).ConfigureAwait(false);
        byte[] batch = AppendBench.MakeBatch(1024, 16 << 10);
        var pending = new List<Task>();
        for (long written = 0; written < journaledBytes;)
        {
            foreach (DiskLog log in folder.Logs)
            {
                pending.Add(log.AppendAsync(batch).AsTask());
                written += batch.Length;
            }

            await Task.WhenAll(pending).ConfigureAwait(false);
            pending.Clear();
        }

        Process.GetCurrentProcess().Kill();
    }

    private static StorageOptions Quiet => new() { MaintenanceInterval = TimeSpan.Zero };
}
