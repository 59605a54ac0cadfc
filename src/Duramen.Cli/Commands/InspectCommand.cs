using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Log;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Verification;

namespace Duramen.Cli.Commands;

internal static class InspectCommand
{
    public static Command Command { get; } = new()
    {
        Name = "log inspect",
        Summary = "Show what a folder or a log consists of",
        Description =
            "Shows the journal as the last process left it, and of every log, or of one: watermarks, options and segments. Of a log that is compacted also\n"
            + "how many records are the last of their key, which takes reading it. JSON is one object per log; without LOG the first one is the folder's.",
        Arguments = [FolderSession.Folder, FolderSession.LogToRead with { IsOptional = true }],
        Options = [FolderSession.Output],
        Examples = ["duramen log inspect data", "duramen log inspect data orders --output json"],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        JournalDescription? journal = FolderInspector.DescribeJournal(FolderSession.Disk, FolderSession.PathOf(input));
        await using DataFolder folder = await FolderSession.OpenAsync(input).ConfigureAwait(false);
        using var output = new StandardOutput();
        using var json = new JsonOutput(output);
        if (input.Argument(1) is null)
        {
            PrintFolder(output, isJson ? json : null, folder, journal);
        }

        IReadOnlyList<DiskLog> logs = input.Argument(1) is null ? folder.Logs : [FolderSession.FindLogToRead(folder, input)];
        foreach (DiskLog log in logs)
        {
            LogDescription description = FolderInspector.Describe(log);
            bool isCompacted = (description.Options.Cleanup & CleanupPolicy.Compact) != 0;
            LiveRecords? live = isCompacted ? await LiveRecords.CountAsync(log, interrupted).ConfigureAwait(false) : null;
            if (isJson)
            {
                json.Writer.WriteStartObject();
                LogJson.WriteDetails(json.Writer, description, live);
                json.Writer.WriteEndObject();
                json.EndLine();
            }
            else
            {
                PrintLog(output, description, isCompacted, live);
            }

            output.Flush();
        }

        output.Flush();
        return CommandRunner.Done;
    }

    private static void PrintFolder(StandardOutput output, JsonOutput? json, DataFolder folder, JournalDescription? journal)
    {
        if (json is not null)
        {
            json.Writer.WriteStartObject();
            json.Writer.WriteString("folder"u8, folder.Path);
            json.Writer.WriteString("cluster"u8, folder.ClusterId.ToString());
            LogJson.WriteJournal(json.Writer, journal);
            json.Writer.WriteEndObject();
            json.EndLine();
            return;
        }

        output.WriteLine($"folder {Wording.Name(folder.Path)}");
        output.WriteLine($"  cluster {folder.ClusterId}");
        if (journal is not null)
        {
            output.WriteLine(FormattableString.Invariant(
                $"  journal {Wording.Count(journal.Files, "file")} of {journal.SizeBytes} bytes; next group {journal.NextGroup} in file {journal.NextFile} at byte {journal.NextPosition}"));
            output.WriteLine(FormattableString.Invariant($"  checkpoint {journal.CatalogSequence}; synced to group {journal.SyncedGroup}; {(journal.IsClean ? "closed in order" : "not closed in order")}"));
        }
    }

    private static void PrintLog(StandardOutput output, LogDescription log, bool isCompacted, LiveRecords? live)
    {
        LogOptions options = log.Options;
        output.WriteLine($"log {Wording.Name(log.Name)}");
        output.WriteLine($"  id {log.Id}");
        output.WriteLine($"  offsets start {log.Watermarks.Start}, committed {log.Watermarks.Committed}, durable {log.Watermarks.Durable}, end {log.Watermarks.End}");
        output.WriteLine($"  holds {Wording.Count(log.RecordCount, "record")} in {Wording.Count(log.SizeBytes, "byte")}, {Wording.Count(log.Segments.Count, "segment")}");
        output.WriteLine(FormattableString.Invariant(
            $"  options cleanup {LogSettings.NameOf(options.Cleanup)}, segment {options.SegmentSizeBytes} bytes, retention {options.RetentionMs} ms and {options.RetentionBytes} bytes"));
        if (isCompacted)
        {
            output.WriteLine(live is null
                ? FormattableString.Invariant($"  live records: not counted, there are more than {LiveRecords.MaxKeys} keys")
                : FormattableString.Invariant($"  live {live.Live} of {Wording.Count(live.Records, "record")} ({(live.Records == 0 ? 1 : (double)live.Live / live.Records):P1})"));
        }

        foreach (SegmentDescription segment in log.Segments)
        {
            output.WriteLine(FormattableString.Invariant(
                $"  segment {segment.File}: offsets {segment.BaseOffset} to {segment.NextOffset}, {Wording.Count(segment.RecordCount, "record")}, {Wording.Count(segment.SizeBytes, "byte")}, latest {Moment(segment.MaxTimestampMs)}"));
        }
    }

    // A producer may write any 64-bit number as a timestamp; not every one is a date.
    private static string Moment(long? timestampMs)
    {
        if (timestampMs is not long known)
        {
            return "none";
        }

        return known >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && known <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? FormattableString.Invariant($"{DateTimeOffset.FromUnixTimeMilliseconds(known):yyyy-MM-ddTHH:mm:ss.fffZ}")
            : FormattableString.Invariant($"@{known}");
    }
}
