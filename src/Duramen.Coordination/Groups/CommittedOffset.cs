using Duramen.Core.Ids;

namespace Duramen.Coordination.Groups;

/// <summary>How far a group has come in a partition.</summary>
/// <param name="Offset">The offset of the next record to read.</param>
/// <param name="LeaderEpoch">The epoch of the last record that was read; <see cref="LeaderEpoch.None"/> when the committer did not say.</param>
/// <param name="Metadata">What the committer wanted to remember; empty for nothing.</param>
/// <param name="CommitTimestampMs">When it was committed, in milliseconds since 1970.</param>
/// <param name="ExpireTimestampMs">When it expires whatever the options say, in milliseconds since 1970; null when the committer did not ask for a time.</param>
public sealed record CommittedOffset(
    Offset Offset, LeaderEpoch LeaderEpoch, string Metadata, long CommitTimestampMs, long? ExpireTimestampMs = null);
