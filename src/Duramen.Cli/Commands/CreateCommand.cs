using Duramen.Cli.Parsing;
using Duramen.Cli.Streams;
using Duramen.Log;
using Duramen.Storage;
using Duramen.Storage.Folders;

namespace Duramen.Cli.Commands;

internal static class CreateCommand
{
    public static Command Command { get; } = new()
    {
        Name = "log create",
        Summary = "Make a new, empty log, and the folder when it is missing",
        Arguments = [FolderSession.Folder, FolderSession.Log],
        Options = LogSettings.Options,
        Examples =
        [
            "duramen log create data orders",
            "duramen log create data prices --cleanup compact --segment-bytes 67108864",
        ],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        LogOptions options = LogSettings.Read(input, new LogOptions());
        await using DataFolder folder = await FolderSession.OpenAsync(input, createIfMissing: true).ConfigureAwait(false);
        await folder.CreateLogAsync(input.Argument(1)!, options).ConfigureAwait(false);
        Messages.Tell($"created log '{input.Argument(1)}'");
        return CommandRunner.Done;
    }
}
