namespace Duramen.Cli.Quickstart;

/// <summary>Real data that is a log already, and is loaded as one.</summary>
internal interface IEventSource
{
    /// <summary>What it is, to follow the words "loaded from".</summary>
    string Name { get; }

    /// <summary>What happened, oldest first.</summary>
    /// <exception cref="Duramen.Core.Errors.DuramenException"><see cref="CliErrors.HistoryUnreadable"/>.</exception>
    IAsyncEnumerable<PathEvent> ReadAsync(CancellationToken cancellationToken);
}
