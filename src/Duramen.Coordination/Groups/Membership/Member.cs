using Duramen.Coordination.Groups.Replies;
using Duramen.Coordination.Groups.Timers;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups.Membership;

/// <summary>A member of a group in memory, with its parked calls. Lost when the host ends; what is stored of it is in the group's record.</summary>
internal sealed class Member
{
    public required string Id { get; init; }

    /// <summary>The name that a static member keeps; null for a dynamic one.</summary>
    public required string? InstanceId { get; init; }

    public required string ClientId { get; set; }

    public required string ClientHost { get; set; }

    public required int SessionTimeoutMs { get; set; }

    public required int RebalanceTimeoutMs { get; set; }

    /// <summary>The protocols it knows, the one it likes best first. After a restart only the chosen one is known.</summary>
    public required IReadOnlyList<GroupProtocol> Protocols { get; set; }

    /// <summary>What it has to do in the present generation.</summary>
    public ReadOnlyMemory<byte> Assignment { get; set; }

    /// <summary>The parked join; null when it is not waiting for one.</summary>
    public ReplySlot<JoinReply>? Joining { get; set; }

    /// <summary>The parked sync; null when it is not waiting for one.</summary>
    public ReplySlot<SyncReply>? Syncing { get; set; }

    /// <summary>Whether it has not been told its id yet, so that only the parked join shows that it is alive.</summary>
    public bool IsNew { get; set; }

    /// <summary>Whether it was told of the present generation and has not asked for its assignment yet.</summary>
    public bool MustSync { get; set; }

    /// <summary>Goes off when it was silent for too long.</summary>
    public GroupTimer? Session { get; set; }

    /// <summary>What it says under a protocol; empty when it does not know that one.</summary>
    public ReadOnlyMemory<byte> MetadataOf(string? protocol)
    {
        foreach (GroupProtocol known in Protocols)
        {
            if (known.Name == protocol)
            {
                return known.Metadata;
            }
        }

        return default;
    }

    /// <summary>Whether it knows a protocol.</summary>
    public bool Knows(string protocol)
    {
        foreach (GroupProtocol known in Protocols)
        {
            if (known.Name == protocol)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether these are the protocols it knows, in its order and with its metadata.</summary>
    public bool Matches(IReadOnlyList<GroupProtocol> protocols)
    {
        if (protocols.Count != Protocols.Count)
        {
            return false;
        }

        for (int i = 0; i < protocols.Count; i++)
        {
            if (protocols[i].Name != Protocols[i].Name || !protocols[i].Metadata.Span.SequenceEqual(Protocols[i].Metadata.Span))
            {
                return false;
            }
        }

        return true;
    }
}
