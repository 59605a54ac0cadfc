using Duramen.Core.Ids;

namespace Duramen.State.Entities;

/// <summary>What became of an append to an entity that may be refused.</summary>
/// <param name="Status">What it came to.</param>
/// <param name="Version">The version of the last record of the append, whether it was appended now or before; after a conflict the version that the entity has.</param>
/// <param name="Offset">The offset of that record; after a conflict zero.</param>
public readonly record struct EntityAppendOutcome(EntityAppendStatus Status, EntityVersion Version, Offset Offset)
{
    /// <summary>Whether the records are in the log, appended now or before.</summary>
    public bool IsStored => Status != EntityAppendStatus.Conflict;
}
