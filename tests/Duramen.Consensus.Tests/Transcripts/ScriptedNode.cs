using Duramen.Consensus.Contract;
using Duramen.Core.Random;
using Duramen.Simulation.Disks;
using Xunit;

namespace Duramen.Consensus.Tests.Transcripts;

/// <summary>A node whose every step is told: a replica on a disk that syncs at once, or when it is told to.</summary>
internal sealed class ScriptedNode
{
    private readonly IProtocol _protocol;

    public ScriptedNode(IProtocol protocol, ReplicaId id, SnapshotMeta start)
    {
        _protocol = protocol;
        Disk = SimulatedDisk.Format(id, start, []);
        Start();
    }

    public SimulatedDisk Disk { get; }

    public IReplica? Replica { get; private set; }

    public IReplicaProbe Probe => Replica!.Probe;

    /// <summary>Whether syncs wait until they are told to happen.</summary>
    public bool IsSlow { get; set; }

    /// <summary>The newest write that is synced.</summary>
    public PersistId Synced { get; private set; }

    /// <summary>Messages that wait for a sync.</summary>
    public Queue<(PersistId After, ReplicaId To, byte[] Bytes)> Held { get; } = new();

    public void Start()
    {
        Assert.True(Disk.TryRecover(takesDamageForEnd: false));
        Synced = PersistId.None;
        Replica = _protocol.Start(new ReplicaStart
        {
            Self = Disk.Replica,
            HardState = Disk.Image.HardState,
            Snapshot = Disk.Image.Snapshot,
            Entries = Disk.Image,
            Chance = new Prng(Disk.Replica.Disk),
        });
    }

    public void Crash()
    {
        Replica = null;
        Held.Clear();
        Disk.CutPower(new Prng(1));
    }

    /// <summary>Syncs what was written; the caller tells the replica.</summary>
    public PersistId Sync()
    {
        Disk.BeginSync();
        Synced = Disk.EndSync(isFolderSynced: true);
        return Synced;
    }
}
