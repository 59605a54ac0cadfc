using System.Globalization;
using System.Text;
using Duramen.Cli.Clients;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Records.Batches;
using Duramen.State.Entities;

namespace Duramen.Cli.Entities;

/// <summary>The commands on one entity: the records of one key.</summary>
internal static class EntityCommands
{
    private const int PageRecords = 1000;

    // How often a wait for input looks whether it is still wanted.
    private const int LookMs = 100;

    private static readonly CommandArgument Value = new("VALUE", "the value of the record; without it every line of standard input is a record", IsOptional: true);
    private static readonly CommandOption RequestId = new("--request-id", "ID", "an append with the id of an earlier one to the entity appends nothing and prints what that one did");
    private static readonly CommandOption Headers = new("--header", "NAME=VALUE", "a header of every record; may be given several times", IsRepeatable: true);
    private static readonly CommandOption From = new("--from", "VERSION", "begin with this version (default: the first)", new(0));
    private static readonly CommandOption Count = new("--count", "N", "stop after so many records", new(0));

    public static CommandOption Expected { get; } = new("--expected-version", "VERSION", "append only to an entity at this version; none: it must not exist, exists: it must, any: the default");

    public static Command Append { get; } = new()
    {
        Name = "entity append",
        Summary = "Append records to an entity, on condition of its version",
        Description =
            "The records are appended all or none. Prints the version that the entity has then, which is what to expect next; in JSON version, offset, partition\n"
            + "and duplicate. An entity at another version is an error with its actual version, entity-conflict, and exit code 1.",
        Arguments = [LogSource.Log, EntitySession.Key, Value],
        Options = [Expected, RequestId, Headers, .. EntitySession.Options],
        Examples =
        [
            "duramen entity append orders order-7 placed --expected-version none",
            "duramen entity append orders order-7 '{\"status\":\"paid\"}' --expected-version 1 --request-id 4711 --header by=ann",
        ],
        Run = AppendAsync,
    };

    public static Command Read { get; } = new()
    {
        Name = "entity read",
        Summary = "Print the records of an entity, now or as of any moment",
        Description = "Prints the value of each record and a newline, oldest first; in JSON an object each. An entity without records prints nothing.",
        Arguments = [LogSource.Log, EntitySession.Key],
        Options = [From, Count, EntitySession.AsOf, .. EntitySession.Options],
        Examples = ["duramen entity read orders order-7", "duramen entity read orders order-7 --from 2 --output json", "duramen entity read orders order-7 --as-of 2026-03-01T12:00:00Z"],
        Run = ReadAsync,
    };

    private static async Task<int> AppendAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        string? expected = input.Text(Expected.Name);
        EntitySession.ReadExpected(input, expected);
        RecordHeader[] headers = [.. ClientSession.ReadPairs(input, Headers).Select(static pair => new RecordHeader(pair.Key, Encoding.UTF8.GetBytes(pair.Value)))];
        IReadOnlyList<NewRecord> records = input.Argument(2) is string value
            ? [new NewRecord((ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(value)) { Headers = headers }]
            : await Task.Run(() => ReadLines(headers, interrupted), CancellationToken.None).ConfigureAwait(false);
        await using IEntitySource entity = await EntitySession.OpenAsync(input, interrupted).ConfigureAwait(false);
        AppendedRecords appended = await entity.AppendAsync(records, expected, input.Text(RequestId.Name), interrupted).ConfigureAwait(false);
        using var output = new StandardOutput();
        if (isJson)
        {
            using var json = new JsonOutput(output);
            json.Writer.WriteStartObject();
            json.Writer.WriteNumber("version"u8, appended.Version);
            json.Writer.WriteNumber("offset"u8, appended.Offset);
            json.Writer.WriteNumber("partition"u8, appended.Partition);
            json.Writer.WriteBoolean("duplicate"u8, appended.IsDuplicate);
            json.Writer.WriteEndObject();
            json.EndLine();
        }
        else
        {
            output.WriteLine(appended.Version.ToString(CultureInfo.InvariantCulture));
        }

        output.Flush();
        return CommandRunner.Done;
    }

    private static async Task<int> ReadAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        long left = input.Number(Count) ?? long.MaxValue;
        EntityVersion? next = input.Number(From) is long from ? new EntityVersion(from) : EntityVersion.First;
        await using IEntitySource entity = await EntitySession.OpenAsync(input, interrupted).ConfigureAwait(false);
        using var output = new StandardOutput();
        using var json = new JsonOutput(output);
        while (next is not null && left > 0)
        {
            EntityRecords page = await entity.ReadAsync(next, (int)Math.Min(left, PageRecords), input.Text(EntitySession.AsOf.Name), interrupted).ConfigureAwait(false);
            foreach (EntityRecord record in page.Records)
            {
                Print(input, output, isJson ? json : null, record, page.Partition);
            }

            output.Flush();
            left -= page.Records.Count;
            next = page.Next;
        }

        return CommandRunner.Done;
    }

    private static void Print(CommandInput input, StandardOutput output, JsonOutput? json, EntityRecord record, int partition)
    {
        if (json is null)
        {
            output.Buffer.Write(NullableBytes.Of(record.Value).Span);
            output.Buffer.Write("\n"u8);
            return;
        }

        json.Writer.WriteStartObject();
        json.Writer.WriteString("topic"u8, input.Argument(0));
        json.Writer.WriteString("key"u8, input.Argument(1));
        json.Writer.WriteNumber("version"u8, record.Version.Value);
        json.Writer.WriteNumber("partition"u8, partition);
        json.Writer.WriteNumber("offset"u8, record.Offset.Value);
        json.Writer.WriteNumber("timestamp"u8, record.TimestampMs);
        json.WriteBytes("value"u8, NullableBytes.Of(record.Value));
        json.WriteHeaders(record.Headers);
        if (record.RequestId is not null)
        {
            json.Writer.WriteString("requestId"u8, record.RequestId);
        }

        json.Writer.WriteEndObject();
        json.EndLine();
    }

    // All lines, since they are appended all or none.
    private static List<NewRecord> ReadLines(RecordHeader[] headers, CancellationToken interrupted)
    {
        StandardInput.Invite();
        var lines = new LineSource();
        var records = new List<NewRecord>();
        void Add(ReadOnlySpan<byte> line)
        {
            if (records.Count == EntityLimits.AppendMaxRecords)
            {
                throw new DuramenException(
                    CliErrors.InputInvalid,
                    string.Create(CultureInfo.InvariantCulture, $"The input has more than {EntityLimits.AppendMaxRecords} lines, the most that one append has; nothing is appended."),
                    "Append it in parts.");
            }

            records.Add(new NewRecord((ReadOnlyMemory<byte>?)line.ToArray()) { Headers = headers });
        }

        bool isMore = true;
        while (isMore)
        {
            interrupted.ThrowIfCancellationRequested();
            if (!StandardInput.IsReady(LookMs))
            {
                continue;
            }

            isMore = lines.Fill();
            while (lines.TryTake(out ReadOnlySpan<byte> line))
            {
                Add(line);
            }
        }

        if (lines.TryTakeRest(out ReadOnlySpan<byte> last))
        {
            Add(last);
        }

        return records;
    }
}
