namespace Duramen.Coordination.Groups;

/// <summary>
/// A way to share the work out that a member knows, such as "range", and what it wants to tell whoever does so. Groups do not look into it, but for
/// the topics of protocol type "consumer".
/// </summary>
/// <param name="Name">The name that the members vote on.</param>
/// <param name="Metadata">What the leader is told about the member. A command's own memory is good for as long as the call is being decided: a group keeps a copy.</param>
public readonly record struct GroupProtocol(string Name, ReadOnlyMemory<byte> Metadata);
