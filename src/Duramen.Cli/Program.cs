using Duramen.Cli.Bench;
using Duramen.Disk.Posix;

var disk = new PosixDisk();
string path = args[1];
disk.CreateFolder(path);
switch (args[0])
{
    case "large":
        for (int i = 0; i < 3; i++)
        {
            (Samples log, Samples plain) = await AppendBench.LargeAsync(disk, path, 1024, 1 << 20, 2L << 30);
            Console.WriteLine($"log {2048 / log.Seconds:F0} MB/s p50 {log.PercentileMs(.5):F3} p99 {log.PercentileMs(.99):F3} plain {2048 / plain.Seconds:F0} MB/s p50 {plain.PercentileMs(.5):F3} ratio {plain.Seconds / log.Seconds:F2}");
        }

        break;
    case "replay":
        {
            foreach (int b in new[] { 1 << 20, 16384, 1100 })
            {
                (double[] batches, double[] records, double[] plain) = await ReplayBench.RunAsync(disk, path, 1024, b, 1L << 30, 3);
                Console.WriteLine($"batch {b}: log {batches[1] / 1e9:F2} GB/s, records {records[1] / 1e9:F2}, plain {plain[1] / 1e9:F2}, ratio {batches[1] / plain[1]:F2}");
            }
        }

        break;
    case "fill":
        await RecoverBench.FillAsync(disk, path, int.Parse(args[2]), long.Parse(args[3]) << 20);
        break;
    case "manylogs":
        {
            (Samples log, var s) = await AppendBench.ConcurrentAsync(disk, path, 100, int.Parse(args[2]), int.Parse(args[3]), TimeSpan.FromSeconds(8));
            Console.WriteLine($"{log.Count / log.Seconds:F0}/s p50 {log.PercentileMs(.5):F3} p99 {log.PercentileMs(.99):F3} ms, {(double)s.OperationsSynced / s.GroupsSynced:F1} per sync, cpu {AppendBench.CpuMicroseconds / log.Count:F2} us/op");
        }

        break;
    case "open":
        for (int i = 0; i < 3; i++)
        {
            Console.WriteLine($"open {await RecoverBench.OpenAsync(disk, path):F1} ms");
        }

        break;
    case "die":
        await RecoverBench.LoadAndDieAsync(disk, path, long.Parse(args[2]) << 20);
        break;
    default:
        {
            Samples plain = Baseline.GrowingSyncedWrites(disk, path + "/plain", new byte[4096], 3000 * 4096);
            Console.WriteLine($"plain 4K growing p50 {plain.PercentileMs(.5):F3} p99 {plain.PercentileMs(.99):F3}");
            foreach ((int w, int l) in new[] { (1, 1), (16, 1), (256, 1), (1000, 1000) })
            {
                (Samples log, var s) = await AppendBench.ConcurrentAsync(disk, path, 100, w, l, TimeSpan.FromSeconds(4));
                Console.WriteLine($"{w} writers {l} logs: {log.Count / log.Seconds:F0}/s p50 {log.PercentileMs(.5):F3} p99 {log.PercentileMs(.99):F3} ms, {(double)s.OperationsSynced / s.GroupsSynced:F1} per sync, cpu {AppendBench.CpuMicroseconds / log.Count:F2} us/op");
            }
        }

        break;
}

return 0;
