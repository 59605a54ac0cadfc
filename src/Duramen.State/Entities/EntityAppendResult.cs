using Duramen.Core.Ids;

namespace Duramen.State.Entities;

/// <summary>Where the records of an append are.</summary>
/// <param name="Version">The version of the last of them, and so what the entity was brought to.</param>
/// <param name="Offset">The offset of that record.</param>
/// <param name="IsDuplicate">Whether the same request was appended before, and nothing was appended now.</param>
public readonly record struct EntityAppendResult(EntityVersion Version, Offset Offset, bool IsDuplicate = false);
