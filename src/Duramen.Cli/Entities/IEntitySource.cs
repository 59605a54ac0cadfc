using Duramen.State.Entities;

namespace Duramen.Cli.Entities;

/// <summary>The one entity that a command is about, wherever it is.</summary>
internal interface IEntitySource : IAsyncDisposable
{
    /// <summary>Appends to it.</summary>
    Task<AppendedRecords> AppendAsync(IReadOnlyList<NewRecord> records, string? expected, string? requestId, CancellationToken interrupted);

    /// <summary>Reads a page of it.</summary>
    /// <param name="from">The version to begin at; null for the first.</param>
    /// <param name="maxRecords">The most records.</param>
    /// <param name="asOf">The moment to read as of, in the words of the user; null for now.</param>
    /// <param name="interrupted">Ends the waiting.</param>
    Task<EntityRecords> ReadAsync(EntityVersion? from, int maxRecords, string? asOf, CancellationToken interrupted);
}
