using System.Globalization;
using Duramen.Cli.Parsing;
using Duramen.Cli.Streams;
using Duramen.Core.Ids;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Commands;

internal static class TrimCommand
{
    public static Command Command { get; } = new()
    {
        Name = "log trim",
        Summary = "Delete every record below an offset",
        Description = "The deletion is durable when the command ends. A log that starts at the offset or later is left as it is.",
        Arguments = [FolderSession.Folder, FolderSession.Log, new("OFFSET", "the first offset to keep")],
        Examples = ["duramen log trim data orders 1000"],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        if (!long.TryParse(input.Argument(2), NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
        {
            throw input.Wrong($"OFFSET is '{input.Argument(2)}', which is not an offset");
        }

        await using DataFolder folder = await FolderSession.OpenAsync(input).ConfigureAwait(false);
        DiskLog log = FolderSession.FindLog(folder, input);
        await log.TrimAsync(new Offset(offset), interrupted).ConfigureAwait(false);
        Messages.Tell($"log '{log.Name}' starts at offset {log.Watermarks.Start}");
        return CommandRunner.Done;
    }
}
