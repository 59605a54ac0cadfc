using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Membership;
using Duramen.Coordination.Groups.Records;
using Duramen.Coordination.Groups.Replies;
using Duramen.State.Machines;

namespace Duramen.Coordination.Groups;

/// <content>What administrators ask about groups and do to them.</content>
public sealed partial class GroupMachine
{
    internal GroupDescription Describe(DescribeGroup describe)
    {
        if (Find(describe.GroupId) is not Group group)
        {
            return new GroupDescription(describe.GroupId, GroupState.Dead, "", "", []);
        }

        bool isStable = group.State == GroupState.Stable;
        return new GroupDescription(
            group.Id,
            group.State,
            group.ProtocolType,
            isStable ? group.Protocol ?? "" : "",
            [
                .. group.Members.Select(member => new MemberDescription(
                    member.Id,
                    member.InstanceId,
                    member.ClientId,
                    member.ClientHost,
                    isStable ? member.MetadataOf(group.Protocol) : default,
                    isStable ? member.Assignment : default)),
            ]);
    }

    internal IReadOnlyList<GroupSummary> List() =>
        [.. _groups.Values.Select(static group => new GroupSummary(group.Id, group.ProtocolType, group.State))];

    internal GroupError Delete(DeleteGroup delete, Decision decision)
    {
        GroupError error = CheckGroupId(delete.GroupId, mayBeEmpty: true);
        if (error != GroupError.None)
        {
            return error;
        }

        if (Find(delete.GroupId) is not Group group)
        {
            return GroupError.GroupIdNotFound;
        }

        if (group.State != GroupState.Empty)
        {
            return GroupError.NonEmptyGroup;
        }

        foreach ((TopicPartition partition, _) in _table.FindOffsets(group.Id)?.All ?? [])
        {
            decision.Append(GroupRecords.OffsetKey(group.Id, partition.Topic, partition.Partition), null);
        }

        if (_table.Find(group.Id) is not null)
        {
            decision.Append(GroupRecords.GroupKey(group.Id), null);
        }

        Forget(group);
        return GroupError.None;
    }

    internal DeleteOffsetsReply DeleteOffsets(DeleteOffsets delete, Decision decision)
    {
        GroupError error = CheckGroupId(delete.GroupId, mayBeEmpty: true);
        Group? group = Find(delete.GroupId);
        if (error == GroupError.None && group is null)
        {
            error = GroupError.GroupIdNotFound;
        }

        // Of members that are no consumers nobody knows what they read.
        if (error == GroupError.None && group!.State != GroupState.Empty && group.ProtocolType != ConsumerSubscription.ProtocolType)
        {
            error = GroupError.NonEmptyGroup;
        }

        if (error != GroupError.None)
        {
            return new DeleteOffsetsReply(error, []);
        }

        StoredOffsets? stored = _table.FindOffsets(delete.GroupId);
        SortedSet<(string, int)> deleted = new(Comparer<(string Topic, int Partition)>.Create(static (left, right) =>
        {
            int order = string.CompareOrdinal(left.Topic, right.Topic);
            return order != 0 ? order : left.Partition.CompareTo(right.Partition);
        }));
        List<GroupError> errors = [];
        foreach (TopicPartition partition in delete.Partitions)
        {
            bool isSubscribed = group!.IsSubscribedTo(partition.Topic);
            errors.Add(isSubscribed ? GroupError.GroupSubscribedToTopic : GroupError.None);
            if (!isSubscribed && stored?.Find(partition) is not null && deleted.Add((partition.Topic, partition.Partition)))
            {
                decision.Append(GroupRecords.OffsetKey(delete.GroupId, partition.Topic, partition.Partition), null);
            }
        }

        return new DeleteOffsetsReply(GroupError.None, errors);
    }
}
