namespace Duramen.Coordination.Groups.Records;

/// <summary>A member in a <see cref="StoredGroup"/>.</summary>
/// <param name="MemberId">Its id.</param>
/// <param name="InstanceId">Its instance id; null for a dynamic member.</param>
/// <param name="ClientId">The client's own name.</param>
/// <param name="ClientHost">Where it called from.</param>
/// <param name="RebalanceTimeoutMs">How long a rebalance waits for it, in milliseconds.</param>
/// <param name="SessionTimeoutMs">How long it may be silent, in milliseconds.</param>
/// <param name="Subscription">What it said under the chosen protocol.</param>
/// <param name="Assignment">What it has to do.</param>
internal sealed record StoredMember(
    string MemberId,
    string? InstanceId,
    string ClientId,
    string ClientHost,
    int RebalanceTimeoutMs,
    int SessionTimeoutMs,
    ReadOnlyMemory<byte> Subscription,
    ReadOnlyMemory<byte> Assignment);
