namespace Duramen.State.Entities.Aggregates;

/// <summary>The state of an aggregate as it was kept.</summary>
/// <param name="Version">The version of the entity that it is of.</param>
/// <param name="State">The state.</param>
internal sealed record EntitySnapshot(EntityVersion Version, ReadOnlyMemory<byte> State);
