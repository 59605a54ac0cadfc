using Duramen.Cli.Parsing;
using Duramen.Cli.Streams;
using Duramen.Storage.Folders;
using Duramen.Storage.Logs;

namespace Duramen.Cli.Commands;

internal static class DeleteCommand
{
    public static Command Command { get; } = new()
    {
        Name = "log delete",
        Summary = "Delete a log with everything in it",
        Description = "The deletion is durable when the command ends, and nothing brings the log back.",
        Arguments = [FolderSession.Folder, FolderSession.Log],
        Examples = ["duramen log delete data orders"],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        await using DataFolder folder = await FolderSession.OpenAsync(input).ConfigureAwait(false);
        DiskLog log = FolderSession.FindLog(folder, input);
        await folder.DeleteLogAsync(log.Name).ConfigureAwait(false);
        Messages.Tell($"deleted log '{log.Name}'");
        return CommandRunner.Done;
    }
}
