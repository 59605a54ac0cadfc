using Duramen.Cli.Clients;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Cli.UserFiles;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.State.Audit;

namespace Duramen.Cli.Audit;

/// <summary>The trail that a command makes of a log, and what its options say about that.</summary>
internal static class TrailSession
{
    public static CommandOption Trail { get; } = new("--trail", "FOLDER", "keep the trail in this folder, and go on with the one that is there; without it the log is read from its beginning");

    public static CommandOption First { get; } = new("--first", "N", "begin a new trail at this offset instead of 0", new(0));

    public static CommandOption AsOf { get; } = new("--as-of", "N", "the history before this offset, between two batches (default: all that is committed)", new(0));

    /// <summary>The options of commands that make one.</summary>
    public static IReadOnlyList<CommandOption> Options { get; } = [Trail, First, ClientSession.Partition, LogSource.Data, ClientSession.Bootstrap, ClientSession.Tls];

    /// <summary>The trail of the log that the input names, kept or in memory; with all that is committed, unless it is not to be extended.</summary>
    public static async Task<AuditTrail> OpenAsync(LogSource source, CommandInput input, CancellationToken interrupted, bool extend = true)
    {
        (ILog log, _, string label, _) = await source.FindOneAsync(input, interrupted).ConfigureAwait(false);
        var options = new AuditTrailOptions
        {
            Label = label,
            First = input.Number(First) is long first ? new Offset(first) : null,
            Notice = Messages.Say,
        };
        AuditTrail trail = input.Text(Trail.Name) is string folder
            ? await AuditTrail.OpenAsync(log, FolderSession.Disk, FolderSession.PathOf(input, folder, Trail.Name), options, interrupted).ConfigureAwait(false)
            : AuditTrail.InMemory(log, options);
        try
        {
            if (extend)
            {
                await trail.ExtendAsync(interrupted).ConfigureAwait(false);
            }

            return trail;
        }
        catch
        {
            trail.Dispose();
            throw;
        }
    }

    /// <summary>Reads a seal that the input names.</summary>
    public static AuditSeal ReadSeal(string path) => AuditJson.ReadSeal(UserFile.Read(path));
}
