namespace Duramen.Client.Consumers;

/// <summary>How a consumer reads, and the group it belongs to.</summary>
public sealed record ConsumerOptions
{
    /// <summary>The group that commits its positions together and shares the partitions of a subscription; null, the default, is none.</summary>
    public string? GroupId { get; init; }

    /// <summary>A name by which a member that comes back in time gets its partitions again (a static member); null, the default, is none.</summary>
    public string? InstanceId { get; init; }

    /// <summary>Where to go on without a position; at the beginning by default.</summary>
    public OffsetReset Reset { get; init; } = OffsetReset.Beginning;

    /// <summary>Whether records of transactions that are open or aborted are left out; true by default.</summary>
    public bool IsReadCommitted { get; init; } = true;

    /// <summary>Whether reading ends where there is nothing more to read, instead of waiting for it; false by default.</summary>
    public bool StopsAtEnd { get; init; }

    /// <summary>How many bytes a broker gathers before it answers; 1 by default.</summary>
    public int FetchMinBytes { get; init; } = 1;

    /// <summary>How long a broker waits for as many bytes, in milliseconds; 500 by default.</summary>
    public int FetchMaxWaitMs { get; init; } = 500;

    /// <summary>The most bytes of one answer; 32 MiB by default.</summary>
    public int FetchMaxBytes { get; init; } = 32 << 20;

    /// <summary>The most bytes of one partition in an answer; 1 MiB by default. A single larger batch is still read.</summary>
    public int PartitionMaxBytes { get; init; } = 1 << 20;

    /// <summary>The most bytes that are fetched ahead; 32 MiB by default.</summary>
    public long BufferBytes { get; init; } = 32 << 20;

    /// <summary>How often positions are committed while reading, in milliseconds; 5 seconds by default, 0 is never by itself. Needs a group.</summary>
    public int CommitIntervalMs { get; init; } = 5_000;

    /// <summary>How long the group keeps a member that it does not hear of, in milliseconds; 45 seconds by default.</summary>
    public int SessionTimeoutMs { get; init; } = 45_000;

    /// <summary>How often the group hears of the member, in milliseconds; 3 seconds by default.</summary>
    public int HeartbeatIntervalMs { get; init; } = 3_000;

    /// <summary>How long a member may work between two reads before the group goes on without it, in milliseconds; 5 minutes by default.</summary>
    public int RebalanceTimeoutMs { get; init; } = 300_000;

    /// <summary>
    /// How partitions may be shared out, the preferred first; by range, then in turn, by default. With <see cref="GroupAssignor.CooperativeSticky"/> alone, partitions
    /// that stay are read on during a rebalance. A group changes over in two steps: first every member gets it beside what it has, then alone.
    /// </summary>
    public IReadOnlyList<GroupAssignor> Assignors { get; init; } = [GroupAssignor.Range, GroupAssignor.RoundRobin];

    /// <summary>Told of the partitions that were assigned and were not this consumer's before, before anything of them is read.</summary>
    public Func<IReadOnlyList<TopicPartition>, CancellationToken, ValueTask>? Assigned { get; init; }

    /// <summary>
    /// Told of the partitions that are taken away, after the last record of them that was read is done with; positions can be committed in it, unless the group went on
    /// without this member.
    /// </summary>
    public Func<IReadOnlyList<TopicPartition>, CancellationToken, ValueTask>? Revoked { get; init; }

    /// <summary>Whether members keep what they have while they join.</summary>
    internal bool IsCooperative => Assignors is [GroupAssignor.CooperativeSticky];

    internal void Check()
    {
        if (Assignors.Count == 0 || Assignors.Distinct().Count() != Assignors.Count || !Assignors.All(Enum.IsDefined))
        {
            throw new ClientException(ClientErrors.InvalidOption, $"{nameof(Assignors)} must name at least one assignor, and none twice.");
        }

        if (FetchMinBytes < 0 || FetchMaxWaitMs < 0 || FetchMaxBytes <= 0 || PartitionMaxBytes <= 0 || BufferBytes <= 0 || CommitIntervalMs < 0)
        {
            throw new ClientException(ClientErrors.InvalidOption, "An option of a consumer is negative, or 0 where it must be more.");
        }

        if (FetchMaxBytes > ClientLimits.MaxResponseSizeBytes / 2)
        {
            throw new ClientException(
                ClientErrors.InvalidOption, FormattableString.Invariant($"{nameof(FetchMaxBytes)} must be at most {ClientLimits.MaxResponseSizeBytes / 2}."));
        }

        if (HeartbeatIntervalMs <= 0 || SessionTimeoutMs <= HeartbeatIntervalMs || RebalanceTimeoutMs <= 0)
        {
            throw new ClientException(
                ClientErrors.InvalidOption, $"{nameof(HeartbeatIntervalMs)} and {nameof(RebalanceTimeoutMs)} must be more than 0, {nameof(SessionTimeoutMs)} more than the first.");
        }
    }
}
