using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Membership;
using Duramen.Coordination.Groups.Records;
using Duramen.Coordination.Groups.Timers;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups;

/// <content>Offsets that nobody uses any more, and groups that have nothing left.</content>
public sealed partial class GroupMachine
{
    internal void ForgetTopic(ForgetTopic forget, ReplySlot<int> caller, Decision decision) =>
        Forget(stored => stored.PartitionsOf(forget.Topic).Select(partition => new TopicPartition(forget.Topic, partition)), 0, caller, decision);

    internal void ForgetOtherTopics(ForgetOtherTopics forget, ReplySlot<int> caller, Decision decision) =>
        Forget(stored => stored.All.Select(entry => entry.Partition).Where(partition => !forget.Topics.Contains(partition.Topic)), 0, caller, decision);

    /// <summary>Deletes what one decision can, and goes on with the rest in the next tick.</summary>
    private void Forget(Func<StoredOffsets, IEnumerable<TopicPartition>> choose, int count, ReplySlot<int> caller, Decision decision)
    {
        OffsetBudget budget = default;
        foreach (Group group in _groups.Values)
        {
            foreach (TopicPartition partition in _table.FindOffsets(group.Id) is StoredOffsets stored ? choose(stored) : [])
            {
                byte[] key = GroupRecords.OffsetKey(group.Id, partition.Topic, partition.Partition);
                if (!budget.TryTake(key))
                {
                    int soFar = count;
                    _timers.Arm(new GroupTimer(later => Forget(choose, soFar, caller, later)), decision.NowMs + 1);
                    return;
                }

                decision.Append(key, null);
                count++;
            }
        }

        decision.Reply(caller, count);
    }

    /// <summary>Looks for expired offsets and forgotten groups; what is too much for one decision is left to the next tick.</summary>
    private void CheckExpiry(Decision decision)
    {
        OffsetBudget budget = default;
        foreach (Group group in _groups.Values.ToArray())
        {
            if (!TryExpire(group, ref budget, decision))
            {
                _timers.Arm(_expiryCheck, decision.NowMs + 1);
                return;
            }
        }

        _timers.Arm(_expiryCheck, decision.NowMs + _options.ExpiryCheckIntervalMs);
    }

    private bool TryExpire(Group group, ref OffsetBudget budget, Decision decision)
    {
        int left = 0;
        foreach ((TopicPartition partition, CommittedOffset offset) in _table.FindOffsets(group.Id)?.All ?? [])
        {
            if (!HasExpired(group, partition.Topic, offset, decision.NowMs))
            {
                left++;
                continue;
            }

            byte[] key = GroupRecords.OffsetKey(group.Id, partition.Topic, partition.Partition);
            if (!budget.TryTake(key))
            {
                return false;
            }

            decision.Append(key, null);
        }

        if (left > 0 || group.State != GroupState.Empty || group.Pending.Count > 0)
        {
            return true;
        }

        // A group that never had a generation has no record, and costs nothing to forget.
        if (_table.Find(group.Id) is not null)
        {
            byte[] key = GroupRecords.GroupKey(group.Id);
            if (!budget.TryTake(key))
            {
                return false;
            }

            decision.Append(key, null);
        }

        Forget(group);
        return true;
    }

    /// <summary>
    /// Whether nobody needs an offset any more (KIP-211, KIP-496). Without members it is kept as long as the group had some or it was committed; with consumers, unless they are
    /// still subscribed; of members that read who knows what, always. The offsets of those who have no group are kept since they were committed.
    /// </summary>
    private bool HasExpired(Group group, string topic, CommittedOffset offset, long nowMs)
    {
        long unusedSinceMs = offset.CommitTimestampMs;
        switch (group.State)
        {
            case GroupState.Empty:
                unusedSinceMs = Math.Max(unusedSinceMs, group.StateTimestampMs);
                break;
            case GroupState.Stable when group.KnowsSubscribedTopics && !group.IsSubscribedTo(topic):
                break;
            default:
                return false;
        }

        return offset.ExpireTimestampMs is long expireMs ? nowMs >= expireMs : nowMs - unusedSinceMs >= _options.OffsetsRetentionMs;
    }
}
