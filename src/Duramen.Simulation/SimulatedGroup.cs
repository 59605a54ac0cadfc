using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Simulation.Checking;
using Duramen.Simulation.Clients;
using Duramen.Simulation.Disks;
using Duramen.Simulation.Events;
using Duramen.Simulation.Faults;
using Duramen.Simulation.Networks;
using Duramen.Simulation.Nodes;
using Duramen.Simulation.Protocols;
using Duramen.Simulation.Reports;

namespace Duramen.Simulation;

/// <summary>
/// A group of nodes with its network, clients and checkers, on one thread and in virtual time: the next event happens, and nothing else ever does. This part is the
/// loop; the others are about clients and about whoever looks after the group.
/// </summary>
internal sealed partial class SimulatedGroup
{
    /// <summary>The token of requests that no client waits for.</summary>
    public const long OperatorToken = -1;

    /// <summary>A run takes some ten thousand events. One that takes more than this has replicas that answer each other for ever.</summary>
    private const long MaxEvents = 2_000_000;

    private readonly Prng _chance;
    private readonly Timeline? _timeline;

    public SimulatedGroup(SimulationOptions options, ReplicaOutbox outbox, Timeline? timeline = null)
    {
        Options = options;
        Outbox = outbox;
        _timeline = timeline;
        _chance = Prng.ForStream(options.Seed, "group");
        ProtocolEntry entry = ProtocolCatalog.Find(options.Protocol);
        Protocol = entry.Make(options);
        Observer = new Observer(options.NodeCount);
        Network = new SimulatedNetwork(options.Seed, options.NodeCount, options.Network, Events);
        Clients = new SimulatedClient[options.Clients.Count];
        for (int client = 0; client < Clients.Length; client++)
        {
            Clients[client] = new SimulatedClient(options.Seed, client, options.Clients);
        }

        var members = new ReplicaId[options.Voters];
        for (int node = 0; node < members.Length; node++)
        {
            members[node] = new ReplicaId(new NodeId(node + 1), 0xD000 + (ulong)node);
        }

        var first = Membership.Of(members);
        var ledger = new Ledger(Clients.Length, first, command => Clients[command.Client].Asked(command));
        Checks = new GroupChecks(this, ledger, entry.MakeChecks);
        Nodes = new SimulatedNode[options.NodeCount];
        for (int node = 0; node < Nodes.Length; node++)
        {
            bool isMember = node < options.Voters;
            var replica = new ReplicaId(new NodeId(node + 1), 0xD000 + (ulong)node);
            SnapshotMeta start = isMember ? new SnapshotMeta(EntryIndex.Zero, Epoch.Zero, first) : SnapshotMeta.Nothing;
            double rate = 1 + (((_chance.NextDouble() * 2) - 1) * options.Nodes.ClockDrift);
            Nodes[node] = new SimulatedNode(this, node, new Registers(Clients.Length), SimulatedDisk.Format(replica, start, []), rate);
        }

        Faults = new FaultInjector(this);
    }

    public SimulationOptions Options { get; }

    public IProtocol Protocol { get; }

    /// <summary>The effects of the step under way; one serves all nodes, since only one steps at a time.</summary>
    public ReplicaOutbox Outbox { get; }

    public EventQueue Events { get; } = new();

    public SimulatedNetwork Network { get; }

    public SimulatedNode[] Nodes { get; }

    public SimulatedClient[] Clients { get; }

    public GroupChecks Checks { get; }

    public FaultInjector Faults { get; }

    public Observer Observer { get; }

    /// <summary>The time, in microseconds from the start.</summary>
    public long NowUs { get; private set; }

    /// <summary>Events so far.</summary>
    public long Happened { get; private set; }

    /// <summary>Stands for everything that happened so far.</summary>
    public ulong Hash { get; private set; } = 1;

    /// <summary>The running node that leads in the latest epoch.</summary>
    public SimulatedNode? Leader
    {
        get
        {
            SimulatedNode? leader = null;
            foreach (SimulatedNode node in Nodes)
            {
                if (node.Probe is { Role: ReplicaRole.Leader } probe && (leader is null || probe.HardState.Current > leader.Probe!.HardState.Current))
                {
                    leader = node;
                }
            }

            return leader;
        }
    }

    /// <summary>Starts nodes and clients.</summary>
    public void Start()
    {
        foreach (SimulatedNode node in Nodes)
        {
            node.Start();
        }

        foreach (SimulatedClient client in Clients)
        {
            client.Wander(Nodes.Length);
            Events.Add(client.ThinkUs(), new SimulatedEvent(EventKind.Client, client.Number));
        }

        Events.Add(OperatorPeriodUs, new SimulatedEvent(EventKind.Operator, 0));
    }

    /// <summary>Lets the next event happen.</summary>
    public void Step()
    {
        SimulatedEvent happening = Events.Take(out long atUs);
        NowUs = atUs;
        Happened++;
        if (Happened > MaxEvents)
        {
            throw new ViolationException("LV", $"{MaxEvents} events, with {Events.Count} more to come: messages breed messages");
        }

        try
        {
            Happen(happening);
        }
        catch (UnreadableDiskException)
        {
            Array.Find(Nodes, node => node.Disk.Image.IsUnreadable)!.FailToRead();
        }

        Note(happening);
    }

    public void StartAt(SimulatedNode node, long delayUs) => Events.Add(NowUs + delayUs, new SimulatedEvent(EventKind.Start, node.Number));

    public void RestartLater(SimulatedNode node) => StartAt(node, _chance.NextInt64(10_000, 2_000_000));

    /// <summary>Notes what a node did, when somebody wants to read it.</summary>
    public void Trace(int node, string what) => _timeline?.Add(NowUs, node, what);

    /// <summary>Notes what a step of a replica brought.</summary>
    public void Explain(SimulatedNode node, ReplicaOutbox outbox) => _timeline?.Stepped(NowUs, node.Number, outbox);

    private void Happen(in SimulatedEvent happening)
    {
        switch (happening.Kind)
        {
            case EventKind.Client:
                ClientWakes(happening);
                return;
            case EventKind.Answer:
                AnswerArrives(happening);
                return;
            case EventKind.Operator:
                LookAfterGroup();
                return;
            case EventKind.Fault:
                Faults.Inject((int)happening.Number);
                return;
            case EventKind.Heal:
                Faults.Heal((int)happening.Number);
                return;
            default:
                HappenAtNode(Nodes[happening.Target], happening);
                return;
        }
    }

    private void HappenAtNode(SimulatedNode node, in SimulatedEvent happening)
    {
        if (node.PausedUntilUs > NowUs)
        {
            Events.Add(node.PausedUntilUs, happening);
            return;
        }

        bool isOld = happening.Life != 0 && happening.Life != node.Life;
        if (happening.Kind == EventKind.Start)
        {
            if (node.Status == NodeStatus.Down)
            {
                node.Start();
            }
        }
        else if (happening.Kind == EventKind.Request)
        {
            RequestArrives(node, happening.Number);
        }
        else if (node.Status == NodeStatus.Running && !isOld)
        {
            HappenAtRunningNode(node, happening);
        }

        if (happening.Bytes is byte[] bytes)
        {
            Network.Return(bytes);
        }
    }

    private void HappenAtRunningNode(SimulatedNode node, in SimulatedEvent happening)
    {
        switch (happening.Kind)
        {
            case EventKind.Tick:
                node.Tick();
                break;
            case EventKind.Synced:
                node.EndSync();
                break;
            case EventKind.Message:
                _timeline?.Arrives(NowUs, node.Number, happening.Bytes.AsSpan(0, happening.LengthBytes));
                Network.Arrives(node.Number, happening.Trail);
                node.Receive(happening.Bytes.AsSpan(0, happening.LengthBytes));
                break;
            default:
                node.ReceiveSnapshot(happening.Bytes.AsSpan(0, happening.LengthBytes));
                break;
        }
    }

    private void Note(in SimulatedEvent happening)
    {
        Hash = Digest.Mix(Hash, (ulong)NowUs ^ ((ulong)happening.Kind << 56) ^ ((ulong)happening.Target << 48));
        if (happening.Kind <= EventKind.Request && Nodes[happening.Target].Probe is IReplicaProbe probe)
        {
            ulong state = (ulong)probe.Committed.Value ^ ((ulong)probe.Last.Value << 20) ^ ((ulong)probe.HardState.Current.Number << 40) ^ ((ulong)probe.Role << 60);
            Hash = Digest.Mix(Hash, state ^ Nodes[happening.Target].StateDigest);
        }
    }
}
