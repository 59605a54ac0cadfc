using System.Numerics;
using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;
using Duramen.Simulation.Disks;
using Duramen.Simulation.Events;
using Duramen.Simulation.Nodes;
using Duramen.Simulation.Protocols;

namespace Duramen.Simulation.Faults;

/// <summary>
/// Makes the faults of a schedule happen. It never takes more disks for good than the group can lose: of every membership in use a majority keeps what it
/// synced. Beyond that no group can go on; a run that is to go there takes them all the same, and the group must stop rather than say anything wrong.
/// </summary>
internal sealed class FaultInjector
{
    private readonly SimulatedGroup _group;
    private readonly Func<SimulationOptions, int, int> _survivors;
    private readonly List<(int From, int To)>[] _cuts;
    private readonly SimulatedDisk?[] _backups;
    private ulong _disks;

    public FaultInjector(SimulatedGroup group)
    {
        _group = group;
        _survivors = ProtocolCatalog.Find(group.Options.Protocol).Survivors;
        _cuts = new List<(int, int)>[group.Options.Faults.Count + 1];
        _backups = new SimulatedDisk?[group.Options.Faults.Count + 1];
        for (int i = 0; i < group.Options.Faults.Count; i++)
        {
            Fault fault = group.Options.Faults[i];
            group.Events.Add(fault.AtUs, new SimulatedEvent(EventKind.Fault, 0, Number: i));
        }
    }

    /// <summary>How many happened.</summary>
    public int Count { get; private set; }

    /// <summary>Whether more disks were taken than the group can lose.</summary>
    public bool IsBeyond { get; private set; }

    public void Inject(int number)
    {
        if (IsOver)
        {
            return;
        }

        Fault fault = _group.Options.Faults[number];
        Count++;
        int nodes = _group.Nodes.Length;
        SimulatedNode node = _group.Nodes[(int)(fault.Pick % (ulong)nodes)];
        ulong dice = fault.Pick / 64;
        if (fault.HitsLeader && _group.Leader is SimulatedNode leader)
        {
            node = leader;
        }

        _group.Trace(node.Number, $"fault {fault.Number}: {fault.Kind}");
        switch (fault.Kind)
        {
            case FaultKind.Kill or FaultKind.PowerCut:
                node.Crash(losesPower: fault.Kind == FaultKind.PowerCut);
                _group.StartAt(node, fault.DurationUs);
                break;
            case FaultKind.DieAtEffect:
                node.CrashAfter((int)(dice % 20));
                break;
            case FaultKind.PowerCutAll:
                foreach (SimulatedNode other in _group.Nodes)
                {
                    other.Crash(losesPower: true);
                    _group.StartAt(other, fault.DurationUs / (other.Number + 1));
                }

                break;
            case FaultKind.Pause:
                node.PausedUntilUs = _group.NowUs + fault.DurationUs;
                break;
            case FaultKind.SlowDisk:
                node.SlowUntilUs = _group.NowUs + fault.DurationUs;
                break;
            case FaultKind.FailedSync:
                node.FailsNextSync = node.Status == NodeStatus.Running;
                break;
            case FaultKind.DiskFull:
                node.FullUntilUs = _group.NowUs + fault.DurationUs;
                break;
            case FaultKind.ReadError:
                node.UnreadableUntilUs = _group.NowUs + fault.DurationUs;
                break;
            case FaultKind.RestoredDisk:
                _backups[number] = node.Disk.Backup();
                _group.Events.Add(_group.NowUs + fault.DurationUs, new SimulatedEvent(EventKind.Heal, 0, Number: number));
                break;
            case FaultKind.BitRot or FaultKind.EmptyDisk or FaultKind.LatentRot or FaultKind.MisdirectedWrite or FaultKind.SwappedDisks:
                LoseDisk(node, fault, dice);
                break;
            case FaultKind.Transfer:
                _group.Leader?.TransferLeadership(SimulatedGroup.OperatorToken, node.Id);
                break;
            case FaultKind.MembershipChange:
                ChangeMembers(dice);
                if (dice % 3 == 0)
                {
                    // Somebody is in a hurry, or does not know of the other.
                    ChangeMembers(BitOperations.RotateRight(dice, 7));
                }

                break;
            default:
                Cut(number, fault, node.Number, dice);
                break;
        }
    }

    /// <summary>A fault ends: mends what it cut. With the copy of a disk this is when it takes the disk's place.</summary>
    public void Heal(int number)
    {
        SimulatedDisk? backup = _backups[number];
        _backups[number] = null;
        if (backup is not null && !IsOver)
        {
            Restore(_group.Nodes[backup.Replica.Node.Value - 1], backup);
        }

        foreach ((int from, int to) in _cuts[number] ?? [])
        {
            _group.Network.Mend(from, to);
        }

        _cuts[number] = [];
    }

    /// <summary>Whether nothing more goes wrong.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Mends everything; from now on nothing goes wrong.</summary>
    public void HealAll()
    {
        IsOver = true;
        for (int i = 0; i < _cuts.Length; i++)
        {
            Heal(i);
        }
    }

    /// <summary>Makes a node heard by all and deaf until the end: it knows of no leader and tells everybody so.</summary>
    public void Deafen(int node)
    {
        _cuts[^1] = [];
        foreach (SimulatedNode other in _group.Nodes)
        {
            AddCut(_cuts.Length - 1, other.Number, node);
        }
    }

    /// <summary>A number for a disk that was never given before.</summary>
    public ulong NewDisk(SimulatedNode node) => 0xD000 + (++_disks * 16) + (ulong)node.Number;

    /// <summary>Whether every membership in use keeps a majority of replicas with their disks if one more is lost.</summary>
    public bool MayLose(SimulatedNode node, bool keepsSpare)
    {
        foreach (SimulatedNode other in _group.Nodes)
        {
            if (other.Probe is IReplicaProbe probe
                && (!KeepsMajority(probe.Membership, node, keepsSpare) || !KeepsMajority(probe.UpcomingMembership, node, keepsSpare)))
            {
                return false;
            }

            // What a node that is down has in its log may be in force again when it is back.
            if (other.Status != NodeStatus.Running && other != node && other.Status != NodeStatus.Damaged)
            {
                return false;
            }
        }

        return KeepsMajority(_group.Checks.Ledger.Membership, node, keepsSpare);
    }

    private bool KeepsMajority(Membership membership, SimulatedNode lost, bool keepsSpare) =>
        KeepsMajority(membership, membership.Voters, lost, keepsSpare) && (!membership.IsJoint || KeepsMajority(membership, membership.Outgoing, lost, keepsSpare));

    private bool KeepsMajority(Membership membership, ulong voters, SimulatedNode lost, bool keepsSpare)
    {
        int kept = keepsSpare ? -1 : 0;
        for (ulong left = voters; left != 0; left &= left - 1)
        {
            ReplicaId member = membership.Members[BitOperations.TrailingZeroCount(left)];
            kept += member.Node != lost.Id && HasItsDisk(member) ? 1 : 0;
        }

        return voters == 0 || kept >= _survivors(_group.Options, BitOperations.PopCount(voters));
    }

    private void LoseDisk(SimulatedNode node, in Fault fault, ulong dice)
    {
        if (!MayTake(node))
        {
            return;
        }

        switch (fault.Kind)
        {
            case FaultKind.LatentRot:
                node.Disk.Rot((long)(dice >> 1));
                return;
            case FaultKind.MisdirectedWrite:
                node.Disk.Misdirect((long)(dice >> 1));
                return;
            case FaultKind.BitRot:
                node.Disk.Rot((long)(dice >> 1));
                node.Crash(losesPower: true);
                break;
            case FaultKind.EmptyDisk:
                node.ReplaceDisk(NewDisk(node));
                break;
            default:
                Swap(node, _group.Nodes[(int)(dice % (ulong)_group.Nodes.Length)], fault.DurationUs);
                break;
        }

        _group.StartAt(node, fault.DurationUs);
    }

    // Whether a disk may be taken: always, when the run is to show what happens then.
    private bool MayTake(SimulatedNode node)
    {
        bool mayLose = node.Status == NodeStatus.Running && MayLose(node, keepsSpare: false);
        bool isTaken = mayLose || (_group.Options.IsBeyond && node.Status != NodeStatus.Damaged);
        IsBeyond |= isTaken && !mayLose;
        return isTaken;
    }

    private void Swap(SimulatedNode node, SimulatedNode other, long durationUs)
    {
        if (node == other || !MayTake(other))
        {
            return;
        }

        // Each alone the group might do without.
        IsBeyond = true;
        (SimulatedDisk disk, SimulatedDisk others) = (node.Disk, other.Disk);
        node.TakeDisk(others);
        other.TakeDisk(disk);
        _group.StartAt(other, durationUs);
    }

    private void Restore(SimulatedNode node, SimulatedDisk backup)
    {
        if (node.ReplicaId == backup.Replica && MayTake(node))
        {
            _group.Trace(node.Number, "gets a copy of its disk from earlier");
            node.TakeDisk(backup);
            _group.RestartLater(node);
        }
    }

    private void ChangeMembers(ulong dice)
    {
        if (_group.Leader is not SimulatedNode leader || leader.Probe!.Membership.IsJoint)
        {
            return;
        }

        Membership now = leader.Probe.Membership;
        var voters = new List<ReplicaId>(now.ListOf(now.Voters));
        var learners = new List<ReplicaId>(now.ListOf(now.Learners));
        SimulatedNode node = _group.Nodes[(int)(dice % (ulong)_group.Nodes.Length)];
        dice /= 64;
        if (voters.Contains(node.ReplicaId))
        {
            voters.Remove(node.ReplicaId);
            if (dice % 2 == 0)
            {
                learners.Add(node.ReplicaId);
            }
        }
        else if (learners.Remove(node.ReplicaId))
        {
            if (dice % 4 != 0)
            {
                voters.Add(node.ReplicaId);
            }
        }
        else if (node.Status == NodeStatus.Running)
        {
            // A node that was never a member begins as a learner, or, to try that too, as a voter at once.
            (dice % 4 == 0 ? voters : learners).Add(node.ReplicaId);
        }

        // Nobody in his right mind makes a voter of a node that lost its disk, or takes others away while one is lost.
        if (voters.Count > 0 && voters.TrueForAll(HasItsDisk))
        {
            leader.ChangeMembership(SimulatedGroup.OperatorToken, new MembershipChange(voters, learners));
        }
    }

    private bool HasItsDisk(ReplicaId voter)
    {
        SimulatedNode node = _group.Nodes[voter.Node.Value - 1];
        return node.ReplicaId == voter && !node.Disk.Durable.IsDamaged && !node.Disk.IsRestored && node.Status != NodeStatus.Damaged;
    }

    private void Cut(int number, in Fault fault, int node, ulong dice)
    {
        _cuts[number] = [];
        int nodes = _group.Nodes.Length;
        for (int from = 0; from < nodes; from++)
        {
            for (int to = 0; to < nodes; to++)
            {
                bool isCut = fault.Kind switch
                {
                    FaultKind.Isolation => (from == node) != (to == node),
                    FaultKind.Deafness => to == node && from != node,
                    FaultKind.Muteness => from == node && to != node,
                    FaultKind.LinkCut => from == node && to == (int)(dice % (ulong)nodes),
                    FaultKind.Split => (dice >> from & 1) != (dice >> to & 1),
                    _ => from != node && to != node && (dice >> from & 1) != (dice >> to & 1),
                };
                if (isCut)
                {
                    AddCut(number, from, to);
                }
            }
        }

        _group.Events.Add(_group.NowUs + fault.DurationUs, new SimulatedEvent(EventKind.Heal, 0, Number: number));
    }

    private void AddCut(int number, int from, int to)
    {
        _cuts[number].Add((from, to));
        _group.Network.Cut(from, to);
    }
}
