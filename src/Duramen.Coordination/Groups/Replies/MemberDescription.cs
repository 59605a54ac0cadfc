namespace Duramen.Coordination.Groups.Replies;

/// <summary>What there is to know about a member.</summary>
/// <param name="MemberId">Its id.</param>
/// <param name="InstanceId">Its instance id; null for a dynamic member.</param>
/// <param name="ClientId">The client's own name.</param>
/// <param name="ClientHost">Where it calls from.</param>
/// <param name="Metadata">What it said under the chosen protocol; empty unless the group is stable.</param>
/// <param name="Assignment">What it has to do; empty unless the group is stable.</param>
public sealed record MemberDescription(
    string MemberId, string? InstanceId, string ClientId, string ClientHost, ReadOnlyMemory<byte> Metadata, ReadOnlyMemory<byte> Assignment);
