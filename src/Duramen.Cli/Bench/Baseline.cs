using System.Diagnostics;
using Duramen.Core.Checksums;
using Duramen.Disk;

namespace Duramen.Cli.Bench;

/// <summary>What the disk and the processor give without a log, measured in the same run as the log.</summary>
internal static class Baseline
{
    /// <summary>
    /// Writes a file that grows, block by block, with a sync after each: the plainest program that loses nothing it has reported.
    /// </summary>
    public static Samples GrowingSyncedWrites(IDisk disk, string path, ReadOnlySpan<byte> block, long totalBytes)
    {
        disk.DeleteFile(path);
        long count = Math.Max(1, totalBytes / block.Length);
        var samples = new Samples((int)Math.Min(count, int.MaxValue));
        using (IDiskFile file = disk.Open(path, DiskFileMode.CreateNew))
        {
            samples.Start();
            for (long index = 0; index < count; index++)
            {
                long began = Stopwatch.GetTimestamp();
                file.Write(block, index * block.Length);
                file.Sync();
                samples.Add(began);
            }

            samples.Stop();
        }

        disk.DeleteFile(path);
        return samples;
    }

    /// <summary>Reads a file from its beginning to its end in blocks of 1 MiB, with a CRC-32C of each; returns bytes a second.</summary>
    public static double ReadWithChecksum(IDisk disk, string path)
    {
        byte[] block = new byte[1 << 20];
        using IDiskFile file = disk.Open(path, DiskFileMode.Existing);
        long total = 0;
        uint checksum = 0;
        long began = Stopwatch.GetTimestamp();
        int read;
        while ((read = file.Read(block, total)) > 0)
        {
            checksum ^= Crc32C.Compute(block.AsSpan(0, read));
            total += read;
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        GC.KeepAlive(checksum);
        return total / seconds;
    }
}
