namespace Duramen.Client.Admin;

/// <summary>A group as its coordinator describes it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Its state in Kafka's words; <c>Dead</c> when there is no such group.</param>
/// <param name="ProtocolType">What its members are.</param>
/// <param name="Protocol">How its members share partitions.</param>
/// <param name="Members">Its members.</param>
public sealed record GroupDescription(string Id, string State, string ProtocolType, string Protocol, IReadOnlyList<GroupMember> Members);
