using Duramen.Core.Ids;

namespace Duramen.State.Entities;

/// <summary>What to read of an entity. By default its records from the first on, up to the limits of one page.</summary>
public sealed record EntityRead
{
    /// <summary>The first version of the page, going forwards or backwards; by default the first one there is, or backwards the last.</summary>
    public EntityVersion? From { get; init; }

    /// <summary>Whether to read from newer records to older ones.</summary>
    public bool IsBackwards { get; init; }

    /// <summary>The most records in the page.</summary>
    public int MaxRecords { get; init; } = 1000;

    /// <summary>What the records of a page may have together, in bytes; the first one is always in it.</summary>
    public int MaxBytes { get; init; } = 1 << 20;

    /// <summary>Reads the entity as it was after every record of the log below this offset; as it is now when not given.</summary>
    public Offset? AsOf { get; init; }
}
