using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Disk.Posix;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Testing.Processes;

namespace Duramen.Faults.Tests.Real;

/// <summary>Runs the writer program and remembers, over any number of runs on one folder, what it said was acknowledged.</summary>
internal sealed class Writer(string folder)
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "Duramen.Faults.Writer.dll");

    /// <summary>The running runtime's own host, since a test host may have been started without one on the PATH.</summary>
    private static readonly string Host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    // What stands at each offset of each log: round, writer and number.
    private readonly Dictionary<(int Log, long Offset), (int Round, int Writer, int Number)> _acknowledged = [];
    private int _round;

    public int Acknowledged => _acknowledged.Count;

    /// <summary>Starts it, lets it acknowledge so many appends, does something to it, and waits for its end.</summary>
    public async Task RunAsync(int acknowledged, Action<Process> end)
    {
        using Process process = Tool.Start(Host, Assembly, folder, Text(_round++), "4");
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        int before = Acknowledged;
        bool isEnded = false;
        while (await process.StandardOutput.ReadLineAsync() is string line)
        {
            Take(line);
            if (!isEnded && Acknowledged - before >= acknowledged)
            {
                isEnded = true;
                end(process);
            }
        }

        await process.WaitForExitAsync();
        if (!isEnded)
        {
            throw new ToolException($"The writer ended by itself after {Acknowledged - before} appends: {await errors}");
        }
    }

    /// <summary>Runs it to its end, alone.</summary>
    public void Run(int appends) => TakeAll(Tool.Run(Host, Assembly, folder, Text(_round++), "4", Text(appends)));

    /// <summary>
    /// Runs it under a fault that the tracer injects into calls on one path, until the fault ends it. Returns what it said last.
    /// </summary>
    public string RunWithFault(string fault, string path)
    {
        Tool.Require("strace", "strace");
        string call = fault[..fault.IndexOf(':', StringComparison.Ordinal)];
        string log = Path.GetTempFileName();
        try
        {
            using Process process = Tool.Start(
                "strace", "-f", "--seccomp-bpf", "-o", log, "-P", path, "-e", $"trace={call}", "-e", $"inject={fault}", Host, Assembly, folder, Text(_round++), "4", "3000");
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            TakeAll(output);
            return File.ReadAllText(log).Contains("(INJECTED)", StringComparison.Ordinal)
                ? $"{output.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()} exit {process.ExitCode} {errors.Result}"
                : throw new ToolException($"The fault {fault} on {path} hit no call, so that its test would prove nothing. {output} {errors.Result}");
        }
        finally
        {
            File.Delete(log);
        }
    }

    /// <summary>Opens the folder and looks for everything that was acknowledged; returns what is missing or wrong, or null.</summary>
    public async Task<string?> CompareAsync()
    {
        await using DataFolder open = await DataFolder.OpenAsync(new PosixDisk(), folder, new StorageOptions { MaintenanceInterval = TimeSpan.Zero });
        int found = 0;
        foreach (DiskLog log in open.Logs)
        {
            int number = int.Parse(log.Name.AsSpan("log ".Length), CultureInfo.InvariantCulture);
            for (Offset next = Offset.Zero; next < log.Watermarks.Committed;)
            {
                using LogSlice slice = await log.ReadAsync(next, ReadLimits.Default);
                for (ReadOnlyMemory<byte> rest = slice.Batches; RecordBatchView.TryRead(rest.Span, out RecordBatchView batch); rest = rest[batch.SizeBytes..])
                {
                    if (batch.BaseOffset != next)
                    {
                        return $"{log.Name} goes on at {batch.BaseOffset} instead of {next}.";
                    }

                    next = batch.NextOffset;
                    if (_acknowledged.TryGetValue((number, batch.BaseOffset.Value), out var expected))
                    {
                        found++;
                        if (!IsWhatWasWritten(batch, expected))
                        {
                            return $"{log.Name} does not hold {expected} at {batch.BaseOffset}.";
                        }
                    }
                }
            }
        }

        return found == Acknowledged ? null : $"{Acknowledged} appends were acknowledged, and {found} are there.";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool IsWhatWasWritten(RecordBatchView batch, (int Round, int Writer, int Number) expected)
    {
        // The one record's value is all of the batch but a header and a few varints, and filled with one byte after its first twelve.
        int size = expected.Number % 16 == 15 ? 200_000 : 40 + (expected.Number * 37 % 2000);
        byte fill = (byte)(expected.Round + expected.Writer + expected.Number);
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteInt32BigEndian(head, expected.Round);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], expected.Writer);
        BinaryPrimitives.WriteInt32BigEndian(head[8..], expected.Number);
        ReadOnlySpan<byte> value = batch.Bytes[^(size + 1)..^1];
        return value[..12].SequenceEqual(head) && value[12..].IndexOfAnyExcept(fill) < 0;
    }

    private void TakeAll(string output)
    {
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Take(line);
        }
    }

    private void Take(string line)
    {
        string[] words = line.Split(' ');
        if (words.Length == 6 && words[0] == "ack")
        {
            int[] numbers = [.. words[3..].Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
            _acknowledged.Add(
                (int.Parse(words[1], CultureInfo.InvariantCulture), long.Parse(words[2], CultureInfo.InvariantCulture)), (numbers[0], numbers[1], numbers[2]));
        }
    }
}
