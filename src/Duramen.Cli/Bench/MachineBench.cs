using System.Buffers.Binary;
using System.Diagnostics;
using Duramen.Log;
using Duramen.State.Machines;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Bench;

/// <summary>How long a machine takes to open, from a keyframe and without, and what its callers notice of keyframes.</summary>
internal static class MachineBench
{
    private const int ValueBytes = 100 - sizeof(long);
    private const int RecordsPerBatch = 100;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Appends records that set so many numbers, over and over.</summary>
    public static Task FillAsync(DiskLog log, long records, long keys) => BenchFill.AppendAllAsync(
        log, BenchFill.Batches(records, RecordsPerBatch, (builder, index) => builder.Append(index, Number(NumberAt(index, keys)), new byte[ValueBytes])));

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

    /// <summary>Calls that each wait for their reply, on a machine that is opened with keyframes; and how many keyframes were written meanwhile.</summary>
    public static async Task<(MachineCalls Calls, int Keyframes)> CallAsync(ILog log, long keys, int callers, TimeSpan duration, MachineKeyframes keyframes)
    {
        var machine = new Registers();
        await using MachineHost<Registers> host = await MachineHost.OpenAsync(machine, log, keyframes: keyframes).ConfigureAwait(false);
        var calling = new BenchCallers(callers, caller =>
        {
            var random = new Random(caller);
            return async () => await host.ExecuteAsync(new Registers.Set(Number(random.NextInt64(keys)), new byte[ValueBytes])).ConfigureAwait(false);
        });
        await calling.RunAsync(new Samples(1 << 16), WarmUp).ConfigureAwait(false);
        int before = machine.TimesWritten;
        return (await MeasureAsync(calling, duration).ConfigureAwait(false), machine.TimesWritten - before);
    }

    /// <summary>What the calls append, appended to a log without a machine: what disk and log take.</summary>
    public static async Task<MachineCalls> AppendAsync(ILog log, long keys, int callers, TimeSpan duration)
    {
        var appending = new BenchCallers(callers, caller =>
        {
            var random = new Random(caller);
            byte[] batch = BenchFill.Batches(1, 1, (builder, index) => builder.Append(index, Number(random.NextInt64(keys)), new byte[ValueBytes])).Single();
            return async () => await log.AppendAsync(batch).ConfigureAwait(false);
        });
        await appending.RunAsync(new Samples(1 << 16), WarmUp).ConfigureAwait(false);
        return await MeasureAsync(appending, duration).ConfigureAwait(false);
    }

    private static async Task<MachineCalls> MeasureAsync(BenchCallers calling, TimeSpan duration)
    {
        var samples = new Samples(1 << 20);
        using var pauses = new CollectorPauses();
        await calling.RunAsync(samples, duration).ConfigureAwait(false);
        return new MachineCalls(samples, pauses.EndMs());
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
