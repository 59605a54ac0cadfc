using System.Text;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Client;
using Duramen.Client.Producers;
using Duramen.Core.Errors;
using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Cli.Clients;

internal static class ProduceCommand
{
    // How long a batch that is not full waits for more lines.
    private const int LingerMs = 5;

    // How often a wait for input looks whether it is still wanted.
    private const int LookMs = 100;

    private static readonly CommandOption Delimiter = new("--key-delimiter", "TEXT", "the key is what stands before it in the line; \\t, \\\\, \\0, \\xHH are escapes");
    private static readonly CommandOption Headers = new("--headers", "NAME=VALUE", "a header of every record; may be given several times", IsRepeatable: true);
    private static readonly CommandOption Acks = new("--acks", "WHOSE", "all (the default): every replica that is in sync; 1: the leader; 0: nobody, and records may be lost unseen");
    private static readonly CommandOption Compression = new("--compression", "CODEC", "none (the default), gzip, snappy, lz4 or zstd");

    public static Command Command { get; } = new()
    {
        Name = "produce",
        Summary = "Produce every line of standard input as a record of a topic",
        Description =
            "A record's value is the line's bytes without the LF. An empty line is an empty value; a CR stays; the last line needs no LF.\n"
            + "Exit code 0 means that every line was acknowledged. A line that comes again after a lost answer is in the log once.",
        Arguments = [ClientSession.Topic],
        Options = [Delimiter, ClientSession.Partition, Headers, Acks, Compression, ClientSession.Bootstrap, ClientSession.Tls],
        Examples =
        [
            "duramen produce orders < orders.txt",
            "printf 'alice:10\\nbob:20\\n' | duramen produce balances --key-delimiter : --compression zstd",
            "echo hello | duramen produce greetings --headers lang=en --bootstrap 127.0.0.1:9092",
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

        RequiredAcks acks = input.Choice(Acks.Name, "all", "1", "0") switch
        {
            "1" => RequiredAcks.Leader,
            "0" => RequiredAcks.None,
            _ => RequiredAcks.All,
        };
        var template = new OutgoingRecord(input.Argument(0)!, null)
        {
            Partition = (int?)input.Number(ClientSession.Partition),
            Headers = ClientSession.ReadPairs(input, Headers).Select(static pair => new RecordHeader(pair.Key, Encoding.UTF8.GetBytes(pair.Value))).ToArray(),
        };
        var options = new ProducerOptions { Acks = acks, IsIdempotent = acks == RequiredAcks.All, Compression = ReadCodec(input), LingerMs = LingerMs };
        await using KafkaClient client = ClientSession.Open(input);
        await using var producer = new Producer(client, options);

        // On a thread of its own, because reading standard input blocks.
        long lines = await Task.Factory.StartNew(
            () => Feed(producer, template, delimiter, interrupted), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        await producer.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        Messages.Tell(lines == 1 ? "1 record produced." : FormattableString.Invariant($"{lines} records produced."));
        return CommandRunner.Done;
    }

    private static long Feed(Producer producer, in OutgoingRecord template, byte[]? delimiter, CancellationToken interrupted)
    {
        StandardInput.Invite();
        var lines = new LineSource();
        while (WaitForInput(interrupted) && lines.Fill())
        {
            while (lines.TryTake(out ReadOnlySpan<byte> line))
            {
                Add(producer, template, lines, line, delimiter);
            }
        }

        if (!interrupted.IsCancellationRequested && lines.TryTakeRest(out ReadOnlySpan<byte> last))
        {
            Add(producer, template, lines, last, delimiter);
        }

        return lines.LinesTaken;
    }

    private static bool WaitForInput(CancellationToken interrupted)
    {
        while (!interrupted.IsCancellationRequested)
        {
            if (StandardInput.IsReady(LookMs))
            {
                return true;
            }
        }

        return false;
    }

    private static void Add(Producer producer, in OutgoingRecord template, LineSource lines, ReadOnlySpan<byte> line, byte[]? delimiter)
    {
        byte[]? key = null;
        if (delimiter is not null)
        {
            int at = line.IndexOf(delimiter);
            if (at < 0)
            {
                throw new DuramenException(
                    CliErrors.InputInvalid,
                    FormattableString.Invariant($"Line {lines.LinesTaken} has no key delimiter; the lines before it are produced."),
                    "Correct the line and produce the rest of the input, from that line on.");
            }

            key = line[..at].ToArray();
            line = line[(at + delimiter.Length)..];
        }

        ValueTask given = producer.EnqueueAsync(template with { Key = key is null ? default(ReadOnlyMemory<byte>?) : key, Value = line.ToArray() }, CancellationToken.None);
        if (!given.IsCompletedSuccessfully)
        {
            given.AsTask().GetAwaiter().GetResult();
        }
    }

    private static CompressionCodec ReadCodec(CommandInput input) => input.Choice(Compression.Name, "none", "gzip", "snappy", "lz4", "zstd") switch
    {
        "gzip" => CompressionCodec.Gzip,
        "snappy" => CompressionCodec.Snappy,
        "lz4" => CompressionCodec.Lz4,
        "zstd" => CompressionCodec.Zstd,
        _ => CompressionCodec.None,
    };
}
