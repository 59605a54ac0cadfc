using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Storage.Compaction;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Commands;

internal static class CompactCommand
{
    public static Command Command { get; } = new()
    {
        Name = "log compact",
        Summary = "Keep only the last record of every key",
        Description =
            "Seals the last segment and compacts the whole log now, however little there is to gain. Only a log whose cleanup policy contains 'compact'\n"
            + "can be compacted. Tombstones stay until their delete horizon. Prints bytes and records before and after.",
        Arguments = [FolderSession.Folder, FolderSession.Log],
        Options = [FolderSession.Output],
        Examples = ["duramen log compact data balances", "duramen log compact data balances --output json"],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        await using DataFolder folder = await FolderSession.OpenAsync(input).ConfigureAwait(false);
        DiskLog log = FolderSession.FindLog(folder, input);
        CompactionResult result = await folder.CompactAsync(log, force: true, interrupted).ConfigureAwait(false);
        using var output = new StandardOutput();
        if (!isJson)
        {
            output.WriteLine(
                $"{Wording.Count(result.RecordsBefore, "record")} in {Wording.Count(result.BytesBefore, "byte")} before, "
                + $"{Wording.Count(result.RecordsAfter, "record")} in {Wording.Count(result.BytesAfter, "byte")} after");
        }
        else
        {
            using var json = new JsonOutput(output);
            json.Writer.WriteStartObject();
            json.Writer.WriteString("log"u8, log.Name);
            json.Writer.WriteNumber("recordsBefore"u8, result.RecordsBefore);
            json.Writer.WriteNumber("bytesBefore"u8, result.BytesBefore);
            json.Writer.WriteNumber("recordsAfter"u8, result.RecordsAfter);
            json.Writer.WriteNumber("bytesAfter"u8, result.BytesAfter);
            json.Writer.WriteNumber("rounds"u8, result.Rounds);
            json.Writer.WriteNumber("compactedTo"u8, result.CompactedTo.Value);
            json.Writer.WriteEndObject();
            json.EndLine();
        }

        output.Flush();
        return CommandRunner.Done;
    }
}
