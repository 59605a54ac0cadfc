using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Membership;
using Duramen.Coordination.Groups.Records;
using Duramen.Coordination.Groups.Replies;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups;

/// <content>Committing offsets and asking for them.</content>
public sealed partial class GroupMachine
{
    internal IReadOnlyList<GroupError> Commit(CommitOffsets commit, Decision decision)
    {
        GroupError[] errors = new GroupError[commit.Offsets.Count];
        GroupError error = Check(commit, out Member? member);
        if (error != GroupError.None)
        {
            Array.Fill(errors, error);
            return errors;
        }

        if (member is not null)
        {
            ProlongSession(member, decision);
        }

        StoredOffsets? stored = _table.FindOffsets(commit.GroupId);
        OffsetBudget records = default;
        int newCount = 0;
        long newKeysSizeBytes = 0;
        List<DecidedRecord> decided = new(commit.Offsets.Count);
        for (int i = 0; i < errors.Length; i++)
        {
            OffsetToCommit offset = commit.Offsets[i];
            errors[i] = Check(offset);
            if (errors[i] != GroupError.None)
            {
                continue;
            }

            byte[] key = GroupRecords.OffsetKey(commit.GroupId, offset.Topic, offset.Partition);
            byte[] value = GroupRecords.OffsetValue(ToCommitted(offset, commit.RetentionMs, decision.NowMs));
            if (stored?.Find(new TopicPartition(offset.Topic, offset.Partition)) is null)
            {
                newCount++;
                newKeysSizeBytes += key.Length;
            }

            if (!records.TryTake(key, value)
                || (stored?.Count ?? 0) + newCount > GroupLimits.MaxOffsetRecords
                || (stored?.KeysSizeBytes ?? 0) + newKeysSizeBytes > GroupLimits.MaxOffsetRecordsSizeBytes)
            {
                Array.Fill(errors, GroupError.InvalidCommitOffsetSize);
                return errors;
            }

            decided.Add(new DecidedRecord(key, value));
        }

        foreach (DecidedRecord record in decided)
        {
            decision.Append(record.Key, record.Value);
        }

        if (decided.Count > 0 && Find(commit.GroupId) is null)
        {
            Create(commit.GroupId);
        }

        return errors;
    }

    internal IReadOnlyList<FetchedOffset> Fetch(FetchOffsets fetch)
    {
        StoredOffsets? stored = _table.FindOffsets(fetch.GroupId);
        return fetch.Partitions is null
            ? [.. (stored?.All ?? []).Select(static entry => new FetchedOffset(entry.Partition.Topic, entry.Partition.Partition, entry.Offset))]
            : [.. fetch.Partitions.Select(partition => new FetchedOffset(partition.Topic, partition.Partition, stored?.Find(partition)))];
    }

    /// <summary>
    /// Who may commit: a member in its generation, but not while that one's assignment is waited for; and anybody who is no member, while there are none.
    /// </summary>
    private GroupError Check(CommitOffsets commit, out Member? member)
    {
        member = null;
        GroupError error = CheckGroupId(commit.GroupId, mayBeEmpty: true);
        if (error != GroupError.None)
        {
            return error;
        }

        if (Find(commit.GroupId) is not Group group)
        {
            return commit.Generation >= 0 ? GroupError.GroupIdNotFound
                : HasRoomForGroup() ? GroupError.None
                : GroupError.PolicyViolation;
        }

        if (commit.Generation < 0 && group.State == GroupState.Empty)
        {
            return GroupError.None;
        }

        error = Identify(group, commit.MemberId, commit.InstanceId, commit.Generation, out member);
        return error == GroupError.None && group.State == GroupState.CompletingRebalance ? GroupError.RebalanceInProgress : error;
    }

    private GroupError Check(OffsetToCommit offset)
    {
        if ((offset.Metadata?.Length ?? 0) > _options.OffsetMetadataMaxLength)
        {
            return GroupError.OffsetMetadataTooLarge;
        }

        return GroupLimits.IsTooLong(offset.Topic) ? GroupError.InvalidRequest : GroupError.None;
    }

    private static CommittedOffset ToCommitted(OffsetToCommit offset, long retentionMs, long nowMs) => new(
        offset.Offset,
        offset.LeaderEpoch,
        offset.Metadata ?? "",
        offset.TimestampMs < 0 ? nowMs : offset.TimestampMs,
        retentionMs < 0 ? null : retentionMs > long.MaxValue - nowMs ? long.MaxValue : nowMs + retentionMs);
}
