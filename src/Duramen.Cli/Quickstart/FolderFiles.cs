using System.Runtime.CompilerServices;
using System.Text;
using Duramen.Cli.UserFiles;
using Duramen.Core.Errors;

namespace Duramen.Cli.Quickstart;

/// <summary>The files of a folder that has no git history: an event for each, in the order in which they were last changed.</summary>
internal sealed class FolderFiles(string folder) : IEventSource
{
    /// <summary>Enough to look at, and few enough that a home folder is no reason to wait.</summary>
    private const int MostFiles = 10_000;

    public string Name => $"the files of {folder}";

    public async IAsyncEnumerable<PathEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var json = new EventJson();
        (string Path, long SizeBytes, DateTimeOffset Changed)[] files = await Task.Run(() => FolderTree.Files(folder, MostFiles).ToArray(), cancellationToken).ConfigureAwait(false);
        if (files.Length == 0)
        {
            throw new DuramenException(
                CliErrors.HistoryUnreadable, $"{folder} is in no git repository and has no files.", "Run the command in a git repository, or name one with --repository DIR.");
        }

        foreach ((string path, long sizeBytes, DateTimeOffset changed) in files.OrderBy(file => file.Changed).ThenBy(file => file.Path, StringComparer.Ordinal))
        {
            byte[] file = json.Write(writer =>
            {
                writer.WriteNumber("sizeBytes"u8, sizeBytes);
                writer.WriteString("modified"u8, changed);
            });
            byte[] description = json.Write(writer => writer.WriteString("status"u8, "added"));
            yield return new PathEvent(Encoding.UTF8.GetBytes(path), Math.Max(0, changed.ToUnixTimeMilliseconds()), file, description, Commit: null);
        }
    }
}
