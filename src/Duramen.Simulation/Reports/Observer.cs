using System.Buffers.Binary;
using System.Numerics;
using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Zab.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Simulation.Disks;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Reports;

/// <summary>Watches a run from outside and counts the situations that come up in it. It judges nothing.</summary>
internal sealed class Observer
{
    private readonly ReplicaRole[] _before;
    private readonly bool[] _hasHistory;

    public Observer(int nodes)
    {
        _before = new ReplicaRole[nodes];
        _hasHistory = new bool[nodes];
    }

    public Coverage Coverage { get; } = new();

    public void Saw(Situation situation) => Coverage.Count(situation);

    public void Started(SimulatedNode node)
    {
        _before[node.Number] = ReplicaRole.Follower;
        _hasHistory[node.Number] = false;
    }

    public void Stepped(SimulatedNode node, ReplicaOutbox outbox)
    {
        IReplicaProbe probe = node.Probe!;
        if (outbox.RoleChanged)
        {
            RoleChanged(node, probe);
        }

        if (outbox.HasPersist)
        {
            Persists(node, probe, outbox.Persist);
        }

        if (outbox.Committed > probe.Synced)
        {
            Saw(Situation.CommittedBeforeOwnSync);
        }

        foreach (RejectedRequest rejected in outbox.Rejected)
        {
            if (SituationOf(rejected.Reason) is Situation situation)
            {
                Saw(situation);
            }
        }

        if (outbox.Reads.Length > 0)
        {
            Saw(Situation.ReadReleased);
        }

        if (outbox.SnapshotsWanted.Length > 0)
        {
            Saw(Situation.SnapshotSent);
        }

        for (int i = 0; i < outbox.MessageCount; i++)
        {
            // Protocol and type are at fixed places of the envelope.
            ReadOnlySpan<byte> message = outbox.Message(i).Bytes;
            if (message[4] == (byte)MessageProtocol.Zab)
            {
                SendsZab((ZabMessage)message[5], probe.Role);
            }
        }
    }

    public void Received(SimulatedNode node, ReadOnlySpan<byte> message)
    {
        // The receiver's node and disk are at fixed places of the envelope.
        if (BinaryPrimitives.ReadUInt64BigEndian(message[22..]) != node.ReplicaId.Disk)
        {
            Saw(MessageEnvelope.TryOpen(message, out _, out SpanReader _) ? Situation.MessageForOldDisk : Situation.MessageDamaged);
        }
    }

    private void SendsZab(ZabMessage type, ReplicaRole role)
    {
        switch (type)
        {
            case ZabMessage.CEpoch when role != ReplicaRole.Prospect:
                Saw(Situation.LaterEpochTold);
                break;
            case ZabMessage.GetHistory:
                Saw(Situation.HistoryFetched);
                break;
            case ZabMessage.Diff:
                Saw(Situation.HistoryCompleted);
                break;
            case ZabMessage.Trunc:
                Saw(Situation.HistoryCut);
                break;
            default:
                break;
        }
    }

    private void RoleChanged(SimulatedNode node, IReplicaProbe probe)
    {
        ReplicaRole role = _before[node.Number];
        if (probe.Role == ReplicaRole.Leader)
        {
            Saw(Situation.LeaderElected);
        }
        else if (role == ReplicaRole.Leader)
        {
            Saw(probe.Role == ReplicaRole.Candidate ? Situation.EpochBegunAnew : Situation.LeaderSteppedDown);
            if (!probe.Membership.IsVoter(node.ReplicaId))
            {
                Saw(Situation.LeaderRemoved);
            }
        }
        else if (role == ReplicaRole.Candidate && probe.Role == ReplicaRole.Follower)
        {
            Saw(Situation.ElectionLost);
        }
        else if (role == ReplicaRole.Prospect && probe.Role == ReplicaRole.Follower)
        {
            Saw(Situation.ElectionNotTried);
        }

        if (_hasHistory[node.Number] && probe.Role != ReplicaRole.Leader)
        {
            Saw(Situation.EpochNotEstablished);
        }

        // In ZAB who is to lead and knows with which history is the leader already, though it does not lead yet.
        _hasHistory[node.Number] = probe.Role == ReplicaRole.Candidate && probe.Leader == node.ReplicaId;
        _before[node.Number] = probe.Role;
    }

    private void Persists(SimulatedNode node, IReplicaProbe probe, in PersistEffect persist)
    {
        if (persist.TruncateFrom > EntryIndex.Zero && persist.Snapshot is null)
        {
            Saw(Situation.ConflictCut);
            if (node.Disk.IsSyncing)
            {
                Saw(Situation.StaleSync);
            }

            for (EntryIndex index = persist.TruncateFrom; index <= node.Disk.Image.Last; index = index.Next)
            {
                if (node.Disk.Image.ReadHeader(index).Kind == EntryKind.Configuration)
                {
                    Saw(Situation.MembershipTakenBack);
                }
            }
        }

        ObserveSlots(node, probe, persist);
        Membership now = probe.Membership;
        Membership next = probe.UpcomingMembership;
        if (now.IsJoint)
        {
            Saw(Situation.JointMembership);
        }

        if (SwapsDisk(now, now.Outgoing, now) || (next != now && SwapsDisk(now, now.Voters, next)))
        {
            Saw(Situation.ReplicaReplaced);
        }
    }

    // Entries that fill slots in another order than that of the log; a log without gaps ends with the step's last entry and is not looked at.
    private void ObserveSlots(SimulatedNode node, IReplicaProbe probe, in PersistEffect persist)
    {
        if (persist.EntryCount == 0 || persist.TruncateFrom > EntryIndex.Zero || BinaryPrimitives.ReadInt64BigEndian(persist.Entries) == node.Disk.Image.Last.Value + 1)
        {
            return;
        }

        LogImage image = node.Disk.Image;
        var reader = new SpanReader(persist.Entries);
        while (EntryCodec.TryRead(ref reader, out EntryView entry))
        {
            EntryHeader header = entry.Header;
            bool isNew = !image.Contains(header.Index);
            if (header.Index > image.Last.Next && !probe.TryReadEntry(header.Index.Previous, out _))
            {
                Saw(Situation.SlotSkipped);
            }

            if (isNew && header.Index < image.Last && header.Kind == EntryKind.Nothing && probe.Role == ReplicaRole.Leader)
            {
                Saw(Situation.GapClosed);
            }

            if (header.AcceptedIn != header.Epoch && probe.Role == ReplicaRole.Leader)
            {
                Saw(Situation.EntryAdopted);
            }

            if (!isNew && image.ReadHeader(header.Index) is EntryHeader before && before.Epoch != header.Epoch)
            {
                Saw(Situation.ConflictCut);
                if (node.Disk.IsSyncing)
                {
                    Saw(Situation.StaleSync);
                }

                if (before.Kind == EntryKind.Configuration)
                {
                    Saw(Situation.MembershipTakenBack);
                }
            }
        }
    }

    // Whether a node votes with another disk than it did among the outgoing voters.
    private static bool SwapsDisk(Membership before, ulong outgoing, Membership after)
    {
        for (ulong left = outgoing; left != 0; left &= left - 1)
        {
            ReplicaId old = before.Members[BitOperations.TrailingZeroCount(left)];
            for (ulong coming = after.Voters; coming != 0; coming &= coming - 1)
            {
                ReplicaId voter = after.Members[BitOperations.TrailingZeroCount(coming)];
                if (voter.Node == old.Node && voter.Disk != old.Disk)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static Situation? SituationOf(Rejection reason) => reason switch
    {
        Rejection.LeadershipLost => Situation.ReadLost,
        Rejection.Overloaded => Situation.Overload,
        Rejection.Transferring => Situation.ProposalDuringTransfer,
        Rejection.NotReady => Situation.LeaderNotReady,
        Rejection.ChangePending => Situation.ChangePending,
        _ => null,
    };
}
