using Duramen.Consensus.Contract;
using Duramen.Core.Ids;
using Duramen.Simulation.Clients;
using Duramen.Simulation.Networks;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Comparing;

/// <summary>
/// A group in which every message takes the same time and nothing goes wrong but what is done to it, so that what it does can be measured.
/// </summary>
internal sealed class CalmGroup : IDisposable
{
    /// <summary>The way of every message, in microseconds.</summary>
    public const int DelayUs = 1_000;

    /// <summary>The time between two ticks, and between two heartbeats, in microseconds.</summary>
    public const int TickUs = 100_000;

    /// <summary>The shortest election timeout, in ticks.</summary>
    public const int ElectionTicks = 10;

    private readonly ReplicaOutbox _outbox = new();
    private readonly SimulatedGroup _group;
    private readonly HashSet<Epoch> _epochs = [];

    public CalmGroup(string protocol, ulong seed, int nodes, int syncUs)
    {
        _group = new SimulatedGroup(
            new SimulationOptions
            {
                Seed = seed,
                Protocol = protocol,
                Voters = nodes,
                Network = new NetworkOptions { MinDelayUs = DelayUs, MeanDelayUs = 0 },
                Nodes = new NodeOptions { TickUs = TickUs, MinSyncUs = syncUs, MoreSyncUs = 0, SnapshotEvery = int.MaxValue },
                Clients = new ClientOptions { Count = 1, ReadShare = 0, MaxFillerBytes = 1 },
                Raft = new Consensus.Raft.RaftOptions { ElectionTicks = ElectionTicks },
            },
            _outbox)
        { OperationLimit = 0 };
        _group.Start();
        Commit();
        Rest(10 * TickUs);
    }

    public SimulatedNode Leader => _group.Leader!;

    /// <summary>A voter that does not lead.</summary>
    public SimulatedNode Follower => Array.Find(_group.Nodes, node => node != _group.Leader)!;

    public SimulatedNode[] Nodes => _group.Nodes;

    public SimulatedNetwork Network => _group.Network;

    public long NowUs => _group.NowUs;

    /// <summary>Leaders that were seen, one for each epoch.</summary>
    public int Leaders => _epochs.Count;

    /// <summary>Lets time pass, in microseconds.</summary>
    public void Rest(long forUs)
    {
        long end = NowUs + forUs;
        while (NowUs < end)
        {
            Step();
        }
    }

    /// <summary>Lets time pass until something is so; returns how long that took, in microseconds.</summary>
    public long Await(Func<bool> isSo)
    {
        long begin = NowUs;
        while (!isSo())
        {
            Step();
        }

        return NowUs - begin;
    }

    /// <summary>Has one more entry committed by whoever leads; returns how long that took, in microseconds, the search for a leader included.</summary>
    public long Commit()
    {
        SimulatedClient client = _group.Clients[0];
        long begin = NowUs;
        while (true)
        {
            Await(() => _group.Leader is not null);
            SimulatedNode asked = Leader;
            Epoch epoch = asked.Probe!.HardState.Current;
            EntryIndex before = asked.Probe.Last;
            _group.Ask(client, asked);
            EntryIndex index = asked.Probe.Last;
            while (index > before && asked.Probe is { Role: ReplicaRole.Leader } probe && probe.HardState.Current == epoch)
            {
                if (asked.Applied >= index)
                {
                    long took = NowUs - begin;
                    Await(() => client.IsIdle);
                    return took;
                }

                Step();
            }

            Step();
        }
    }

    public void Dispose() => _outbox.Dispose();

    private void Step()
    {
        _group.Step();
        if (_group.Leader is SimulatedNode leader)
        {
            _epochs.Add(leader.Probe!.HardState.Current);
        }
    }
}
