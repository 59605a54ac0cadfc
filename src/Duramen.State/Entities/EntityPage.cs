namespace Duramen.State.Entities;

/// <summary>Some records of an entity, in the order in which they were asked for, and where the rest begins.</summary>
/// <param name="Version">The version of the entity at the moment that was read; <see cref="EntityVersion.None"/> when it did not exist.</param>
/// <param name="Records">The records.</param>
/// <param name="Next">The version to read from for the next page; null when there are no more.</param>
public sealed record EntityPage(EntityVersion Version, IReadOnlyList<EntityRecord> Records, EntityVersion? Next);
