using System.Buffers.Binary;
using System.Diagnostics;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Machines;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Bench;

/// <summary>How long a machine takes to open, from a keyframe and without, and what its callers notice of keyframes.</summary>
internal static class MachineBench
{
    private const int ValueBytes = 100 - sizeof(long);
    private const int RecordsPerBatch = 100;

    /// <summary>Appends records that set so many numbers, over and over.</summary>
    public static async Task FillAsync(DiskLog log, long records, long keys)
    {
        using var builder = new RecordBatchBuilder();
        var pending = new Queue<Task>();
        for (long index = 0; index < records;)
        {
            builder.Reset();
            for (int inBatch = 0; inBatch < RecordsPerBatch && index < records; inBatch++, index++)
            {
                builder.Append(index, Number(NumberAt(index, keys)), new byte[ValueBytes]);
            }

            pending.Enqueue(log.AppendAsync(builder.Build().ToArray()).AsTask());
            if (pending.Count > 64)
            {
                await pending.Dequeue().ConfigureAwait(false);
            }
        }

        await Task.WhenAll(pending).ConfigureAwait(false);
    }

    /// <summary>Opens a machine, with keyframes or without, and closes it; milliseconds until it takes commands.</summary>
    public static async Task<double> OpenAsync(ILog log, long keys, MachineKeyframes? keyframes)
    {
        GC.Collect();
        var machine = new Registers();
        long began = Stopwatch.GetTimestamp();
        await using MachineHost<Registers> host = await MachineHost.OpenAsync(machine, log, keyframes: keyframes).ConfigureAwait(false);
        double milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return machine.Count == keys ? milliseconds : throw new UnreachableException($"The machine has {machine.Count} keys.");
    }

    /// <summary>Calls that each wait for their reply, on a machine that is opened with keyframes; how long each took, and how many keyframes were written meanwhile.</summary>
    public static async Task<(Samples Calls, int Keyframes)> CallAsync(ILog log, long keys, int callers, TimeSpan duration, MachineKeyframes keyframes)
    {
        var all = new Samples(1 << 20);
        var machine = new Registers();
        await using MachineHost<Registers> host = await MachineHost.OpenAsync(machine, log, keyframes: keyframes).ConfigureAwait(false);
        await RunAsync(host, keys, callers, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        int before = machine.TimesWritten;
        all.Start();
        Samples[] samples = await RunAsync(host, keys, callers, duration).ConfigureAwait(false);
        all.Stop();
        Array.ForEach(samples, all.Merge);
        return (all, machine.TimesWritten - before);
    }

    private static Task<Samples[]> RunAsync(MachineHost<Registers> host, long keys, int callers, TimeSpan duration) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(host, keys, new Random(caller), duration))));

    private static async Task<Samples> CallAsync(MachineHost<Registers> host, long keys, Random random, TimeSpan duration)
    {
        var samples = new Samples(1 << 16);
        long end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        for (long began = Stopwatch.GetTimestamp(); began < end; began = Stopwatch.GetTimestamp())
        {
            await host.ExecuteAsync(new Registers.Set(Number(random.NextInt64(keys)), new byte[ValueBytes])).ConfigureAwait(false);
            samples.Add(began);
        }

        return samples;
    }

    // The first round sets every number, in no order: the multiplier has no factor in common with any number of keys that is not its multiple.
    private static long NumberAt(long index, long keys) => (long)((UInt128)(ulong)index * 2_654_435_761 % (ulong)keys);

    private static byte[] Number(long number)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }
}
