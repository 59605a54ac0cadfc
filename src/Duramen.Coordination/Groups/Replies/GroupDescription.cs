namespace Duramen.Coordination.Groups.Replies;

/// <summary>What there is to know about a group.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="State">Where it stands; <see cref="GroupState.Dead"/> when there is no such group.</param>
/// <param name="ProtocolType">Its kind, which an empty group keeps; empty for a group that never had members.</param>
/// <param name="Protocol">The chosen protocol in a stable group; empty otherwise.</param>
/// <param name="Members">The members, in the order of their ids.</param>
public sealed record GroupDescription(
    string GroupId, GroupState State, string ProtocolType, string Protocol, IReadOnlyList<MemberDescription> Members);
