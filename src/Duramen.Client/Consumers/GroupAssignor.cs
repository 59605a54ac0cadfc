namespace Duramen.Client.Consumers;

/// <summary>How the partitions of a subscription are shared among the members of a group. All members must have one in common.</summary>
public enum GroupAssignor
{
    /// <summary>Topic by topic, each member a run of neighbouring partitions: topics with as many partitions are shared alike, so that they can be joined.</summary>
    Range,

    /// <summary>Partition by partition, each to the next member that wants its topic: as even as it gets.</summary>
    RoundRobin,

    /// <summary>As even as it gets, while everybody keeps as much as possible of what it had (KIP-54).</summary>
    Sticky,

    /// <summary>
    /// As <see cref="Sticky"/>; and where it is the only one that a consumer has, partitions that stay are read on while the group rebalances (KIP-429): only
    /// those that move are given up, and handed to their new member in a second rebalance.
    /// </summary>
    CooperativeSticky,
}
