using Duramen.Cli.Parsing;
using Duramen.Cli.Streams;
using Duramen.Log;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Commands;

internal static class AlterCommand
{
    public static Command Command { get; } = new()
    {
        Name = "log alter",
        Summary = "Change how a log keeps its records",
        Description =
            "Options that are not given stay as they are; the defaults are those of 'log create'. The change is durable when the command ends. It deletes nothing\n"
            + "by itself: 'log compact' compacts, and retention is kept by a process that has the folder open for longer.",
        Arguments = [FolderSession.Folder, FolderSession.Log],
        Options = LogSettings.Options,
        Examples =
        [
            "duramen log alter data balances --cleanup compact",
            "duramen log alter data orders --cleanup delete --retention-ms 86400000",
        ],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        if (!LogSettings.AreGiven(input))
        {
            throw input.Wrong("No option says what to change");
        }

        // What is wrong with the values is said before anything is opened.
        _ = LogSettings.Read(input, new LogOptions());
        await using DataFolder folder = await FolderSession.OpenAsync(input).ConfigureAwait(false);
        DiskLog log = FolderSession.FindLog(folder, input);
        await log.SetOptionsAsync(LogSettings.Read(input, log.Options)).ConfigureAwait(false);
        Messages.Tell($"changed log '{log.Name}'");
        return CommandRunner.Done;
    }
}
