using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Records.Compression;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Commands;

internal static class AppendCommand
{
    // How long a batch that is not full waits for more input: not at all noticeable, and many lines for whoever writes them quickly.
    private const int GatherMs = 2;
    private const int HoldMaxMs = 5;

    // How often a wait for input looks whether it is still wanted.
    private const int LookMs = 100;
    private const int DefaultBatchRecords = 10_000;

    // More than fit into a batch: the smallest records take some 8 bytes of its 512 KiB.
    private const int MaxBatchRecords = 1_000_000;

    private static readonly CommandOption Delimiter = new("--key-delimiter", "TEXT", "the key is what stands before it in the line; \\t, \\\\, \\0, \\xHH are escapes");
    private static readonly CommandOption Batch = new("--batch", "N", "records per batch at most (default 10000; batches end at 512 KiB too)", new(1, MaxBatchRecords));
    private static readonly CommandOption Acks = new("--acks", null, "print the offset of every record once it is durable, one per line");
    private static readonly CommandOption Compression = new("--compression", "CODEC", "none (the default), gzip, snappy, lz4 or zstd");

    public static Command Command { get; } = new()
    {
        Name = "log append",
        Summary = "Append every line of standard input as a record",
        Description =
            "A record's value is the line's bytes without the LF. An empty line is an empty value; a CR stays; the last line needs no LF.\n"
            + "Makes the folder and the log when they are missing; options of a log that exists must agree with it.\n"
            + "When a line is refused, the lines before it are appended and none from it on. Ctrl-C finishes what was begun, exit code 130.",
        Arguments = [FolderSession.Folder, FolderSession.Log],
        Options = [Delimiter, Batch, Acks, FolderSession.Output, Compression, .. LogSettings.Options],
        Examples =
        [
            "duramen log append data orders < orders.txt",
            "printf 'alice:10\\nbob:20\\n' | duramen log append data balances --key-delimiter : --acks",
            "duramen log append data prices --cleanup compact --key-delimiter '\\t' --compression zstd < prices.tsv",
        ],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        byte[]? delimiter = null;
        if (input.Text(Delimiter.Name) is string text)
        {
            delimiter = KeyDelimiter.TryParse(text) ?? throw input.Wrong($"{Delimiter.Name} '{text}' is empty, holds a line end or an unknown escape");
        }

        int batchRecords = (int)(input.Number(Batch) ?? DefaultBatchRecords);
        CompressionCodec codec = ReadCodec(input);
        bool isJson = FolderSession.IsJson(input);
        LogOptions options = LogSettings.Read(input, new LogOptions());

        await using DataFolder folder = await FolderSession.OpenAsync(input, createIfMissing: true).ConfigureAwait(false);
        DiskLog log = await OpenLogAsync(folder, input, options).ConfigureAwait(false);
        using var output = new StandardOutput();
        using var feeder = new RecordFeeder(log, batchRecords, codec, input.Has(Acks.Name) ? result => Acknowledge(output, result, isJson) : null);
        Task reading = Task.Factory.StartNew(
            () => Feed(feeder, delimiter, interrupted), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            // When an append fails the input is left alone, which may never end.
            await Task.WhenAny(reading, feeder.Acknowledging).ConfigureAwait(false);
            await feeder.Acknowledging.ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
        catch (OutputClosedException)
        {
            throw new DuramenException(CliErrors.OutputFailed, $"Standard output was closed while records were acknowledged on it; {Appended(feeder)}.");
        }
        catch (DuramenException error)
        {
            Messages.Say(error);
            Messages.Say($"{Appended(feeder)}.");
            return CommandRunner.Failed;
        }

        Messages.Tell(Appended(feeder));
        return CommandRunner.Done;
    }

    private static async ValueTask<DiskLog> OpenLogAsync(DataFolder folder, CommandInput input, LogOptions options)
    {
        string name = input.Argument(1)!;
        if (folder.FindLog(name) is not DiskLog log)
        {
            return await folder.CreateLogAsync(name, options).ConfigureAwait(false);
        }

        if (LogSettings.AreGiven(input) && LogSettings.Read(input, log.Options) != log.Options)
        {
            throw new StorageException(
                LogErrors.Exists, $"Log '{name}' exists with other options than those given.", "Leave the options out to append to it as it is, or change it with 'log alter'.");
        }

        return log;
    }

    // Runs on a thread of its own, because reading standard input blocks.
    private static void Feed(RecordFeeder feeder, byte[]? delimiter, CancellationToken interrupted)
    {
        StandardInput.Invite();
        var lines = new LineSource();
        try
        {
            while (WaitForInput(feeder, interrupted) && lines.Fill())
            {
                long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
                while (lines.TryTake(out ReadOnlySpan<byte> line))
                {
                    Add(feeder, lines, line, delimiter, now);
                }
            }

            if (!interrupted.IsCancellationRequested && lines.TryTakeRest(out ReadOnlySpan<byte> last))
            {
                Add(feeder, lines, last, delimiter, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            }
        }
        catch (OperationCanceledException) when (feeder.Failed.IsCancellationRequested)
        {
            // The failure itself comes out of the acknowledgements.
        }
        finally
        {
            if (!feeder.Failed.IsCancellationRequested)
            {
                feeder.Send();
            }

            feeder.Complete();
        }
    }

    // False when nobody wants more input. A batch that is not full is sent before any real wait.
    private static bool WaitForInput(RecordFeeder feeder, CancellationToken interrupted)
    {
        if (feeder.OpenSinceMs is long since && (Environment.TickCount64 - since >= HoldMaxMs || !StandardInput.IsReady(GatherMs)))
        {
            feeder.Send();
        }

        while (!interrupted.IsCancellationRequested && !feeder.Failed.IsCancellationRequested)
        {
            if (StandardInput.IsReady(LookMs))
            {
                return true;
            }
        }

        return false;
    }

    private static void Add(RecordFeeder feeder, LineSource lines, ReadOnlySpan<byte> line, byte[]? delimiter, long timestampMs)
    {
        if (delimiter is null)
        {
            feeder.Add(timestampMs, default, line);
            return;
        }

        int at = line.IndexOf(delimiter);
        if (at < 0)
        {
            throw new DuramenException(
                CliErrors.InputInvalid,
                FormattableString.Invariant($"Line {lines.LinesTaken} has no key delimiter; nothing from it on is appended."),
                "Correct the line and append the rest of the input, from that line on.");
        }

        feeder.Add(timestampMs, line[..at], line[(at + delimiter.Length)..]);
    }

    private static void Acknowledge(StandardOutput output, AppendResult result, bool isJson)
    {
        for (Offset offset = result.BaseOffset; offset < result.NextOffset; offset = offset.Plus(1))
        {
            output.WriteLine(isJson ? $"{{\"offset\":{offset}}}" : offset.ToString());
        }

        output.Flush();
    }

    private static string Appended(RecordFeeder feeder) =>
        feeder.Durable.Since(feeder.First) switch
        {
            0 => "appended no records",
            1 => FormattableString.Invariant($"appended 1 record, offset {feeder.First}"),
            long count => FormattableString.Invariant($"appended {count} records, offsets {feeder.First} to {feeder.Durable.Value - 1}"),
        };

    private static CompressionCodec ReadCodec(CommandInput input)
    {
        string name = input.Choice(Compression.Name, "none", "gzip", "snappy", "lz4", "zstd");
        CompressionCodec codec = Enum.Parse<CompressionCodec>(name, ignoreCase: true);
        return RecordCompression.IsAvailable(codec)
            ? codec
            : throw new RecordException(RecordErrors.CodecUnavailable, $"The library for {name} is not installed on this machine.", "Install it, or use gzip or snappy.");
    }
}
