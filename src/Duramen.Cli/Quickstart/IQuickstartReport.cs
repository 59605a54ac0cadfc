namespace Duramen.Cli.Quickstart;

/// <summary>What the quickstart tells, in this order.</summary>
internal interface IQuickstartReport : IDisposable
{
    /// <summary>Clients can connect.</summary>
    void Ready(DuramenNode node);

    /// <summary>The records are in the topic.</summary>
    void Loaded(long count, IEventSource source, TimeSpan took);

    /// <summary>The last records, as they were read back.</summary>
    void LastChanges(IEnumerable<Change> changes);

    /// <summary>The fold of all records, and some of its rows.</summary>
    void Table(FileTable table, IReadOnlyList<FileTable.FileRow> rows);

    /// <summary>The last changes of one path.</summary>
    void History(string path, IReadOnlyList<Change> versions, int total);

    /// <summary>What may be done with the server now, with its addresses.</summary>
    void TryNext(string bootstrap, string? http, string path);
}
