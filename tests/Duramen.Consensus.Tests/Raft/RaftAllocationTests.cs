using Duramen.Consensus.Contract;
using Duramen.Consensus.Raft;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Xunit;

namespace Duramen.Consensus.Tests.Raft;

/// <summary>A warm group replicates without allocating: leader and followers, proposal to commit.</summary>
public sealed class RaftAllocationTests
{
    [Fact]
    public void A_warm_group_allocates_nothing_from_proposal_to_commit()
    {
        using var group = new WarmGroup(3);
        group.Replicate(5_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        group.Replicate(2_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(group.Committed >= 7_000);
    }

    /// <summary>Replicas that are wired to each other by nothing but their outboxes, with disks that sync at once.</summary>
    private sealed class WarmGroup : IDisposable
    {
        private readonly IReplica[] _replicas;
        private readonly ReplicaOutbox[] _outboxes;
        private readonly byte[] _payload = new byte[100];
        private readonly Proposal[] _proposal = new Proposal[1];
        private readonly byte[][] _wire = [.. Enumerable.Range(0, 64).Select(_ => new byte[1024])];
        private readonly (int To, int LengthBytes)[] _sent = new (int, int)[64];
        private int _sentCount;
        private int _taken;

        public WarmGroup(int nodes)
        {
            var protocol = new RaftProtocol(new RaftOptions { CacheBytes = 10_000 });
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
            while (_replicas[0].Probe.Role != ReplicaRole.Leader)
            {
                _replicas[0].Tick(_outboxes[0]);
                Finish(0);
                Deliver();
            }
        }

        public long Committed => _replicas[0].Probe.Committed.Value;

        public void Replicate(int entries)
        {
            for (int i = 0; i < entries; i++)
            {
                _proposal[0] = new Proposal(new RequestToken(i), _payload, 1);
                _replicas[0].Propose(_proposal, _outboxes[0]);
                Finish(0);
                Deliver();
                if (i % 10 == 0)
                {
                    _replicas[0].Tick(_outboxes[0]);
                    Finish(0);
                    Deliver();
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
    }

    private sealed class NoEntries : IEntryReader
    {
        public EntryIndex First => new(1);

        public EntryIndex Last => EntryIndex.Zero;

        public EntryHeader ReadHeader(EntryIndex index) => throw new InvalidOperationException();

        public EntryView Read(EntryIndex index) => throw new InvalidOperationException();
    }
}
