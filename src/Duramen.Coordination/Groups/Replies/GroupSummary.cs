namespace Duramen.Coordination.Groups.Replies;

/// <summary>A group in a list. All groups here are of Kafka's type "classic".</summary>
/// <param name="GroupId">The group.</param>
/// <param name="ProtocolType">Its kind; empty for a group that never had members.</param>
/// <param name="State">Where it stands.</param>
public readonly record struct GroupSummary(string GroupId, string ProtocolType, GroupState State);
