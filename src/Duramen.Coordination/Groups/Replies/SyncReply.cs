namespace Duramen.Coordination.Groups.Replies;

/// <summary>What a member has to do in a generation.</summary>
/// <param name="Error">Why the call was refused; what follows has no meaning then.</param>
/// <param name="ProtocolType">The group's kind; null when refused.</param>
/// <param name="Protocol">The chosen protocol; null when refused.</param>
/// <param name="Assignment">The assignment; empty when refused or when the leader gave none. The group's own memory, which never changes.</param>
public sealed record SyncReply(GroupError Error, string? ProtocolType, string? Protocol, ReadOnlyMemory<byte> Assignment)
{
    internal static SyncReply Refused(GroupError error) => new(error, null, null, default);
}
