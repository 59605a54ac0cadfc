using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Core.Binary;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Simulation.Disks;
using Duramen.Simulation.Events;
using Duramen.Simulation.Reports;

namespace Duramen.Simulation.Nodes;

/// <summary>
/// One node: the host of a replica. It carries out the effects of each step on a simulated disk and network, and may die between any two of them. This part holds what it
/// is and how it starts and ends; the other is about a step's effects.
/// </summary>
internal sealed partial class SimulatedNode
{
    private const int TimesWhenSlow = 200;
    private const int MostTimesForState = 30;

    private readonly SimulatedGroup _group;
    private readonly Prng _chance;
    private readonly Prng _diskChance;
    private readonly Registers _state;
    private readonly ReplicaOutbox _outbox;
    private readonly Queue<PendingRequest> _placed = new();
    private readonly List<PendingRequest> _reads = [];
    private readonly Queue<(PersistId After, ReplicaId To, byte[] Bytes, int LengthBytes)> _held = new();
    private IReplica? _replica;
    private PersistId _synced;
    private EntryIndex _snapshotAt;
    private EntryIndex _trimAfterSync;
    private EntryIndex _trimmed;
    private (SnapshotMeta Meta, byte[] State)? _offered;
    private (SnapshotMeta Meta, byte[] State)? _received;
    private PersistId _switchesAt;
    private int _effectsLeft = int.MaxValue;

    public SimulatedNode(SimulatedGroup group, int number, Registers state, SimulatedDisk disk, double clockRate)
    {
        _group = group;
        _outbox = group.Outbox;
        Number = number;
        _state = state;
        Disk = disk;
        TickUs = (long)(group.Options.Nodes.TickUs * clockRate);
        _chance = Prng.ForStream(group.Options.Seed, "node", number);
        _diskChance = Prng.ForStream(group.Options.Seed, "disk", number);
    }

    /// <summary>Its place, from 0; its id is one more.</summary>
    public int Number { get; }

    public NodeId Id => new(Number + 1);

    /// <summary>Which start of the node this is, from 1; what belongs to an earlier one does not happen.</summary>
    public int Life { get; private set; }

    public NodeStatus Status { get; private set; } = NodeStatus.Down;

    public SimulatedDisk Disk { get; private set; }

    public ReplicaId ReplicaId => Disk.Replica;

    /// <summary>What its replica believes; null while it is down.</summary>
    public IReplicaProbe? Probe => _replica?.Probe;

    public EntryIndex Applied => _state.Applied;

    public ulong StateDigest => _state.Digest;

    public long TickUs { get; }

    /// <summary>It does nothing before this time.</summary>
    public long PausedUntilUs { get; set; }

    /// <summary>Its disk is slow until this time.</summary>
    public long SlowUntilUs { get; set; }

    /// <summary>Its disk has no room until this time.</summary>
    public long FullUntilUs { get; set; }

    /// <summary>Its disk fails to read until this time.</summary>
    public long UnreadableUntilUs { get; set; }

    /// <summary>Its next sync fails.</summary>
    public bool FailsNextSync { get; set; }

    /// <summary>Whether its last sync failed; it must not act any more.</summary>
    public bool IsPoisoned { get; private set; }

    // While its replica works, the disk may fail it; when others look on, it does not.
    private IReplica Stepping
    {
        get
        {
            Disk.Image.IsUnreadable = _group.NowUs < UnreadableUntilUs;
            Disk.Image.TakesFailureForNothing = _group.Options.Mutant == "S06";
            return _replica!;
        }
    }

    /// <summary>Starts from what is on its disk, or finds that it cannot.</summary>
    public void Start()
    {
        if (_group.NowUs < UnreadableUntilUs)
        {
            _group.RestartLater(this);
            return;
        }

        Life++;
        int lengthBytes = Disk.Durable.LengthBytes;
        if (!IsOwnDisk())
        {
            Refuse("finds a disk that is not its own and stays down");
            return;
        }

        if (!Disk.TryRecover(takesDamageForEnd: _group.Options.Mutant == "S01"))
        {
            _group.Observer.Saw(Situation.DamageRefused);
            Refuse("finds its disk damaged and stays down");
            return;
        }

        if (Disk.Durable.LengthBytes < lengthBytes)
        {
            _group.Observer.Saw(Situation.TornEndCut);
        }

        Status = NodeStatus.Running;
        _group.Observer.Started(this);
        IsPoisoned = false;
        _synced = PersistId.None;
        LogImage image = Disk.Image;
        _state.Load(image.State);
        _snapshotAt = image.Snapshot.Index;
        _trimmed = image.First.Previous;
        _replicaChance = new Prng(_chance.NextUInt64());
        _replica = _group.Protocol.Start(new ReplicaStart
        {
            Self = Disk.Replica,
            HardState = image.HardState,
            Snapshot = image.Snapshot,
            Entries = image,
            Chance = _replicaChance,
        });
        _group.Checks.Started(this);
        _group.Trace(Number, "starts");
        _group.Events.Add(_group.NowUs + _chance.NextInt64(1, TickUs), new SimulatedEvent(EventKind.Tick, Number, Life));
    }

    /// <summary>Dies: with the machine, which loses what was not synced, or alone.</summary>
    public void Crash(bool losesPower)
    {
        if (Status != NodeStatus.Running)
        {
            return;
        }

        Status = NodeStatus.Down;
        _group.Trace(Number, losesPower ? "loses power" : "is killed");
        _replica = null;
        if (losesPower)
        {
            Disk.CutPower(_diskChance);
        }
        else
        {
            Disk.Kill();
        }

        _outbox.Clear();
        _placed.Clear();
        _reads.Clear();
        while (_held.TryDequeue(out (PersistId After, ReplicaId To, byte[] Bytes, int LengthBytes) held))
        {
            _group.Network.Return(held.Bytes);
        }

        _received = null;
        _switchesAt = PersistId.None;
        _trimAfterSync = EntryIndex.Zero;
        _effectsLeft = int.MaxValue;
        FailsNextSync = false;
        _group.Checks.Stopped(this);
    }

    /// <summary>Dies after so many more effects.</summary>
    public void CrashAfter(int effects) => _effectsLeft = effects;

    /// <summary>Gets an empty disk in the place of its own, and starts when it is told to.</summary>
    public void ReplaceDisk(ulong disk)
    {
        TakeDisk(SimulatedDisk.Format(new ReplicaId(Id, disk), SnapshotMeta.Nothing, []));
        _group.Observer.Saw(Situation.EmptyDisk);
        _group.Trace(Number, "gets an empty disk");
    }

    /// <summary>Gets another disk in the place of its own, and starts when it is told to.</summary>
    public void TakeDisk(SimulatedDisk disk)
    {
        Crash(losesPower: true);
        Disk = disk;
        Status = NodeStatus.Down;
    }

    /// <summary>Its disk failed in the middle of a step: nobody knows what the replica is now.</summary>
    public void FailToRead()
    {
        Disk.Image.IsUnreadable = false;
        _group.Observer.Saw(Situation.ReadFailed);
        _group.Trace(Number, "fails to read");
        Crash(losesPower: false);
        _group.RestartLater(this);
    }

    // A disk names its replica, and a host can tell that it was restored: that replica may have promised more since than the copy knows of.
    private bool IsOwnDisk()
    {
        bool isRestored = Disk.IsRestored;
        if (isRestored)
        {
            _group.Observer.Saw(Situation.RestoredDisk);
        }

        return Disk.Replica.Node == Id && (!isRestored || _group.Options.Mutant == "S04");
    }

    private void Refuse(string why)
    {
        Status = NodeStatus.Damaged;
        _group.Trace(Number, why);
    }

    public void Tick()
    {
        Stepping.Tick(_outbox);
        _group.Events.Add(_group.NowUs + TickUs, new SimulatedEvent(EventKind.Tick, Number, Life));
        CarryOut();
    }

    public void Receive(ReadOnlySpan<byte> message)
    {
        _group.Observer.Received(this, message);
        Stepping.Receive(message, _outbox);
        Disk.Image.IsUnreadable = false;
        _group.Checks.Received(this, message, _outbox);
        CarryOut();
    }

    public void ReceiveSnapshot(ReadOnlySpan<byte> packet)
    {
        if (SnapshotPacket.TryOpen(packet, out ReplicaId to, out SnapshotMeta? meta, out ReadOnlySpan<byte> state) && to == ReplicaId)
        {
            _offered = (meta!, state.ToArray());
            Stepping.SnapshotReceived(meta!, _outbox);
            CarryOut();
        }
    }

    public void Propose(long token, byte[] payload)
    {
        _group.Checks.Asked(this, token);
        Span<Proposal> proposals = [new Proposal(new RequestToken(token), payload, 1)];
        Stepping.Propose(proposals, _outbox);
        CarryOut();
    }

    public void Read(long token)
    {
        Stepping.Read(new RequestToken(token), _outbox);
        CarryOut();
    }

    public void ChangeMembership(long token, MembershipChange change)
    {
        _group.Checks.Asked(this, token);
        Stepping.ChangeMembership(new RequestToken(token), change, _outbox);
        CarryOut();
    }

    public void TransferLeadership(long token, NodeId to)
    {
        _group.Observer.Saw(Situation.TakeOver);
        Stepping.TransferLeadership(new RequestToken(token), to, _outbox);
        CarryOut();
    }

    public long ReadRegister(int key) => _state.Read(key);
}
