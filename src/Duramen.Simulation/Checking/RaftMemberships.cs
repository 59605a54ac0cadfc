using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Checking;

/// <summary>R9: by which members a Raft replica decides, and which may follow them.</summary>
internal static class RaftMemberships
{
    /// <summary>A replica decides by the newest membership in its log, also after the log was cut or gave way to a snapshot.</summary>
    public static void CheckNewest(SimulatedNode node, IReplicaProbe probe)
    {
        (EntryIndex index, Membership newest) = NewestBefore(probe, probe.Last.Next);
        if (!probe.Membership.Equals(newest))
        {
            throw new ViolationException("R9", $"{node.ReplicaId} decides by {probe.Membership}, and entry {index} of its log says {newest}");
        }
    }

    /// <summary>Two memberships that follow each other have no majorities apart: other voters come by a joint membership, and nothing follows that but its second half.</summary>
    public static void CheckSuccession(SimulatedNode node, IReplicaProbe probe, in EntryView change)
    {
        (EntryIndex index, Membership before) = NewestBefore(probe, change.Header.Index);
        bool isRead = Membership.TryRead(change.Payload, out Membership next);
        bool keepsVoters = isRead && before.ListOf(before.Voters).SequenceEqual(next.ListOf(next.Voters));
        bool isNext = before.IsJoint ? keepsVoters && !next.IsJoint
            : next.IsJoint ? before.ListOf(before.Voters).SequenceEqual(next.ListOf(next.Outgoing))
            : keepsVoters;
        if (!isNext)
        {
            throw new ViolationException("R9", $"{node.ReplicaId} goes from {before} of entry {index} to {next}, of which majorities need not meet");
        }
    }

    /// <summary>Only a voter leads, or who was one as of what it knows to be committed.</summary>
    public static void CheckLeads(SimulatedNode node, IReplicaProbe probe)
    {
        Membership committed = NewestBefore(probe, probe.Committed.Next).Membership;
        if (!probe.Membership.IsVoter(node.ReplicaId) && !committed.IsVoter(node.ReplicaId))
        {
            throw new ViolationException("R9", $"{node.ReplicaId} leads and is no voter of {probe.Membership}");
        }
    }

    private static (EntryIndex Index, Membership Membership) NewestBefore(IReplicaProbe probe, EntryIndex end)
    {
        for (EntryIndex index = end.Previous; index >= probe.First; index = index.Previous)
        {
            if (probe.TryReadEntry(index, out EntryView entry) && entry.Header.Kind == EntryKind.Configuration && Membership.TryRead(entry.Payload, out Membership membership))
            {
                return (index, membership);
            }
        }

        return (probe.Snapshot.Index, probe.Snapshot.Membership);
    }
}
