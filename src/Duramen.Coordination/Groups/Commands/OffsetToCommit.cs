using Duramen.Core.Ids;

namespace Duramen.Coordination.Groups.Commands;

/// <summary>An offset of one partition that is to be committed.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">The partition in it.</param>
/// <param name="Offset">The offset of the next record to read.</param>
/// <param name="LeaderEpoch">The epoch of the last record that was read; <see cref="LeaderEpoch.None"/> for not known.</param>
/// <param name="Metadata">What to remember with it; null is the same as empty.</param>
/// <param name="TimestampMs">When it was committed as the caller has it, in milliseconds since 1970 (version 1 of the request); negative for now.</param>
public readonly record struct OffsetToCommit(
    string Topic, int Partition, Offset Offset, LeaderEpoch LeaderEpoch, string? Metadata, long TimestampMs = -1);
