namespace Duramen.Coordination.Groups.Records;

/// <summary>A group as its last record has it: the last generation whose leader brought an assignment, or which ended empty.</summary>
/// <param name="ProtocolType">Its kind.</param>
/// <param name="Generation">The generation.</param>
/// <param name="Protocol">The chosen protocol; null without members.</param>
/// <param name="LeaderId">The leader; null without members.</param>
/// <param name="StateTimestampMs">When it came into this state, in milliseconds since 1970; -1 when not known.</param>
/// <param name="Members">The members, in the order of their ids.</param>
internal sealed record StoredGroup(
    string ProtocolType, int Generation, string? Protocol, string? LeaderId, long StateTimestampMs, IReadOnlyList<StoredMember> Members);
