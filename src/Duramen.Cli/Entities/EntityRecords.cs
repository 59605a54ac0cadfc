using Duramen.State.Entities;

namespace Duramen.Cli.Entities;

/// <summary>A page of an entity.</summary>
/// <param name="Partition">The partition that it is in.</param>
/// <param name="Records">The records.</param>
/// <param name="Next">The version that the next page begins at; null behind the last.</param>
internal sealed record EntityRecords(int Partition, IReadOnlyList<EntityRecord> Records, EntityVersion? Next);
