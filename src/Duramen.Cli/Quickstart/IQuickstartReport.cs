using Duramen.State.Tables.Topics;

namespace Duramen.Cli.Quickstart;

/// <summary>What the quickstart tells, in this order.</summary>
internal interface IQuickstartReport : IDisposable
{
    /// <summary>Clients can connect.</summary>
    void Ready(DuramenNode node);

    /// <summary>The records are in the topic.</summary>
    void Loaded(LoadedHistory loaded, IEventSource source, TimeSpan took);

    /// <summary>The table of files at a moment, and the command that prints it.</summary>
    void Files(FilesShown files, string command);

    /// <summary>What was changed between two moments.</summary>
    void Differences(FileDifferences differences, Moment from, Moment to, string command);

    /// <summary>The last versions of a file.</summary>
    void History(byte[] path, IReadOnlyList<FileVersion> last, long count, string command);

    /// <summary>Commands to try on the server, which goes on, each with what it does.</summary>
    void TryNext(IReadOnlyList<(string Command, string Does)> commands);
}
