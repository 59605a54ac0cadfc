using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;
using Duramen.Storage.Verification;

namespace Duramen.Cli.Commands;

internal static class ListCommand
{
    public static Command Command { get; } = new()
    {
        Name = "log list",
        Summary = "List the logs of a folder",
        Description =
            "Text is one line per log: start offset, end offset, bytes, cleanup policy and name, with a tab between them. In the\n"
            + "name \\\\, \\t, \\n, \\r and \\uHHHH stand for a backslash and for control characters; in JSON it is exact.",
        Arguments = [FolderSession.Folder],
        Options = [FolderSession.Output],
        Examples = ["duramen log list data", "duramen log list data --output json"],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        await using DataFolder folder = await FolderSession.OpenAsync(input).ConfigureAwait(false);
        using var output = new StandardOutput();
        using var json = new JsonOutput(output);
        foreach (DiskLog log in folder.Logs)
        {
            LogDescription description = FolderInspector.Describe(log);
            if (isJson)
            {
                json.Writer.WriteStartObject();
                LogJson.WriteSummary(json.Writer, description);
                json.Writer.WriteEndObject();
                json.EndLine();
                output.FlushIfLarge();
            }
            else
            {
                output.WriteLine(FormattableString.Invariant(
                    $"{description.Watermarks.Start}\t{description.Watermarks.Committed}\t{description.SizeBytes}\t{LogSettings.NameOf(description.Options.Cleanup)}\t{Wording.Name(description.Name)}"));
            }
        }

        output.Flush();
        return CommandRunner.Done;
    }
}
