using Duramen.Consensus.Contract;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Simulation.Events;
using Duramen.Simulation.Nodes;
using Duramen.Simulation.Reports;

namespace Duramen.Simulation.Exploration;

/// <summary>
/// A small world as the simulator runs it, with its nodes, disks and checkers, except that moves come from outside: nothing happens by time or chance.
/// </summary>
internal sealed class LiveWorld
{
    /// <summary>A wait that brings nothing in so many election timeouts brings nothing at all.</summary>
    private const int MaxTimeouts = 4;

    private static readonly (ulong, ulong, ulong, ulong) ChanceState = new Prng(1).State;

    private readonly SimulatedGroup _group;
    private readonly MessageTable _messages;
    private readonly bool[] _isLate;
    private readonly List<int> _sent = [];

    public LiveWorld(SimulationOptions options, MessageTable messages, ReplicaOutbox outbox, Timeline? timeline = null)
    {
        _messages = messages;
        _group = new SimulatedGroup(options, outbox, timeline);
        _isLate = new bool[_group.Nodes.Length];
        foreach (SimulatedNode node in _group.Nodes)
        {
            node.Start();
        }

        Collect(0);
    }

    public SimulatedNode[] Nodes => _group.Nodes;

    /// <summary>The messages that left in the last move, by their numbers.</summary>
    public IReadOnlyList<int> Sent => _sent;

    /// <summary>Whether the last move wrote something.</summary>
    public bool Wrote { get; private set; }

    /// <summary>Options for a world of these bounds: tiny timeouts, one entry in a message, no snapshots.</summary>
    public static SimulationOptions OptionsOf(string protocol, string mutant, ExplorationBounds bounds) => new()
    {
        Seed = 1,
        Protocol = protocol,
        Mutant = mutant,
        Voters = bounds.Nodes,
        Nodes = new NodeOptions { SnapshotEvery = int.MaxValue },
        Clients = new Clients.ClientOptions { Count = Math.Max(1, bounds.Values), ReadShare = 0, MaxFillerBytes = 1 },
        Raft = new Consensus.Raft.RaftOptions { ElectionTicks = 4, MaxMessageBytes = 1 },
    };

    /// <summary>The state that a node is in.</summary>
    public LocalState StateOf(int node)
    {
        IReplicaProbe probe = Nodes[node].Probe!;
        return new LocalState(
            Digest.Mix(Fingerprint.Of(Nodes[node]), _isLate[node] ? 2UL : 1UL), probe.Role == ReplicaRole.Leader ? probe.HardState.Current : null, _isLate[node]);
    }

    /// <summary>Lets a move happen; throws what a checker finds.</summary>
    public void Apply(Move move)
    {
        SimulatedNode node = Nodes[move.Node];
        _sent.Clear();
        int lengthBytes = node.Disk.Durable.LengthBytes;
        node.RewindChance(ChanceState);
        switch (move.Kind)
        {
            case MoveKind.Deliver:
                node.Receive(_messages.BytesOf(move.Argument));
                break;
            case MoveKind.Wait:
                Wait(node);
                break;
            case MoveKind.Propose:
                _group.Ask(_group.Clients[move.Argument], node);
                break;
            case MoveKind.HandOver:
                node.TransferLeadership(SimulatedGroup.OperatorToken, Nodes[move.Argument].Id);
                break;
            case MoveKind.Sync:
                _isLate[move.Node] = false;
                break;
            default:
                _isLate[move.Node] = false;
                node.Disk.Durable.CutAndSync(node.Disk.Durable.SyncedBytes);
                node.Crash(losesPower: false);
                node.Start();
                break;
        }

        Wrote = node.Disk.Durable.LengthBytes > lengthBytes;
        _isLate[move.Node] |= move.IsLate;
        while (!_isLate[move.Node] && node.Disk.IsSyncing)
        {
            node.RewindChance(ChanceState);
            node.EndSync();
        }

        Collect(move.Node);
    }

    private void Wait(SimulatedNode node)
    {
        IReplicaProbe probe = node.Probe!;
        (ReplicaRole, Epoch, ReplicaId) before = (probe.Role, probe.HardState.Current, probe.Leader);
        int lengthBytes = node.Disk.Durable.LengthBytes;
        for (int tick = 0; tick < MaxTimeouts * _group.Options.Raft.ElectionTicks; tick++)
        {
            node.Tick();
            Collect(node.Number);
            if (_sent.Count > 0 || node.Disk.Durable.LengthBytes > lengthBytes || before != (probe.Role, probe.HardState.Current, probe.Leader))
            {
                return;
            }
        }
    }

    // What the nodes asked for is not left to time: messages wait for a move, and so do ticks and syncs.
    private void Collect(int node)
    {
        while (_group.Events.Count > 0)
        {
            SimulatedEvent happening = _group.Events.Take(out _);
            if (happening.Kind == EventKind.Message)
            {
                _sent.Add(_messages.NumberOf(node, happening.Target, happening.Bytes.AsSpan(0, happening.LengthBytes)));
                _group.Network.Return(happening.Bytes!);
            }
        }
    }
}
