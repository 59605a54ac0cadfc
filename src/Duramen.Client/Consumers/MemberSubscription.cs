namespace Duramen.Client.Consumers;

/// <summary>What a member of a group tells the others when it joins.</summary>
/// <param name="Topics">The topics it wants partitions of.</param>
/// <param name="Owned">The partitions that it has, or had last.</param>
/// <param name="Generation">The generation that it had them in; -1 when it does not say.</param>
internal sealed record MemberSubscription(IReadOnlyList<string> Topics, IReadOnlyList<TopicPartition> Owned, int Generation)
{
    /// <summary>That of a member that had nothing.</summary>
    public static MemberSubscription To(params IReadOnlyList<string> topics) => new(topics, [], -1);
}
