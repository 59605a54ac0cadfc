namespace Duramen.Coordination.Groups.Replies;

/// <summary>What a join ended in.</summary>
public sealed record JoinReply
{
    /// <summary>Why the join was refused; what follows has no meaning then but for <see cref="MemberId"/>.</summary>
    public required GroupError Error { get; init; }

    /// <summary>The caller's id: the one it brought, or a new one.</summary>
    public required string MemberId { get; init; }

    /// <summary>The generation that the caller is in now; -1 when refused.</summary>
    public int Generation { get; init; } = -1;

    /// <summary>The group's kind; null when refused.</summary>
    public string? ProtocolType { get; init; }

    /// <summary>The protocol that the members voted for; null when refused.</summary>
    public string? Protocol { get; init; }

    /// <summary>The id of the member that has to assign; empty when refused.</summary>
    public string LeaderId { get; init; } = "";

    /// <summary>Whether the caller leads and must not assign anything, since nothing has changed (KIP-814).</summary>
    public bool SkipAssignment { get; init; }

    /// <summary>All members, for the leader; empty for the others.</summary>
    public IReadOnlyList<JoinedMember> Members { get; init; } = [];

    internal static JoinReply Refused(GroupError error, string memberId) => new() { Error = error, MemberId = memberId };
}
