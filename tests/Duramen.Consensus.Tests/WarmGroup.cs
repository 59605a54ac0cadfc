using Duramen.Consensus.Contract;
using Duramen.Core.Ids;
using Duramen.Core.Random;

namespace Duramen.Consensus.Tests;

/// <summary>Replicas that are wired to each other by nothing but their outboxes, with disks that sync at once.</summary>
internal sealed class WarmGroup : IDisposable
{
    private readonly IReplica[] _replicas;
    private readonly ReplicaOutbox[] _outboxes;
    private readonly byte[] _payload = new byte[100];
    private readonly Proposal[] _proposal = new Proposal[1];
    private readonly byte[][] _wire = [.. Enumerable.Range(0, 64).Select(_ => new byte[1024])];
    private readonly (int To, int LengthBytes)[] _sent = new (int, int)[64];
    private int _sentCount;
    private int _taken;

    private readonly int _leader;

    public WarmGroup(IProtocol protocol, int nodes)
    {
        var start = new SnapshotMeta(EntryIndex.Zero, Epoch.Zero, Group.Of([.. Enumerable.Range(1, nodes)]));
        _replicas = [.. Enumerable.Range(1, nodes).Select(node => protocol.Start(new ReplicaStart
        {
            Self = Group.Replica(node),
            HardState = default,
            Snapshot = start,
            Entries = new NoEntries(),
            Chance = new Prng((ulong)node),
        }))];
        _outboxes = [.. Enumerable.Range(1, nodes).Select(_ => new ReplicaOutbox())];
        for (int node = 0; (_leader = Array.FindIndex(_replicas, replica => replica.Probe.Role == ReplicaRole.Leader)) < 0; node = (node + 1) % nodes)
        {
            Step(node);
        }
    }

    public long Committed => _replicas[_leader].Probe.Committed.Value;

    public void Replicate(int entries)
    {
        for (int i = 0; i < entries; i++)
        {
            _proposal[0] = new Proposal(new RequestToken(i), _payload, 1);
            _replicas[_leader].Propose(_proposal, _outboxes[_leader]);
            Finish(_leader);
            Deliver();
            if (i % 10 == 0)
            {
                Step(_leader);
            }
        }
    }

    public void Dispose()
    {
        foreach (ReplicaOutbox outbox in _outboxes)
        {
            outbox.Dispose();
        }
    }

    private void Step(int node)
    {
        _replicas[node].Tick(_outboxes[node]);
        Finish(node);
        Deliver();
    }

    private void Finish(int node)
    {
        ReplicaOutbox outbox = _outboxes[node];
        while (true)
        {
            for (int i = 0; i < outbox.MessageCount; i++)
            {
                OutgoingMessage message = outbox.Message(i);
                int slot = _sentCount++ % _wire.Length;
                message.Bytes.CopyTo(_wire[slot]);
                _sent[slot] = (message.To.Node.Value - 1, message.Bytes.Length);
            }

            bool writes = outbox.HasPersist;
            PersistId id = writes ? outbox.Persist.Id : PersistId.None;
            outbox.Clear();
            if (!writes)
            {
                return;
            }

            _replicas[node].Persisted(id, outbox);
        }
    }

    private void Deliver()
    {
        while (_taken < _sentCount)
        {
            int slot = _taken++ % _wire.Length;
            (int to, int lengthBytes) = _sent[slot];
            _replicas[to].Receive(_wire[slot].AsSpan(0, lengthBytes), _outboxes[to]);
            Finish(to);
        }
    }

    private sealed class NoEntries : IEntryReader
    {
        public EntryIndex First => new(1);

        public EntryIndex Last => EntryIndex.Zero;

        public EntryHeader ReadHeader(EntryIndex index) => throw new InvalidOperationException();

        public EntryView Read(EntryIndex index) => throw new InvalidOperationException();
    }
}
