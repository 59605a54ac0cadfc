using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Viewstamped;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Xunit;

namespace Duramen.Consensus.Tests.Viewstamped;

/// <summary>When a replica enters an era: with the commit of the entry that begins it, whatever else is in its log.</summary>
public sealed class ViewstampedEraTests : IDisposable
{
    private static readonly Epoch SecondEra = EraNumber.BegunIn(Epoch.Zero);
    private static readonly Epoch ThirdEra = EraNumber.BegunIn(SecondEra);

    private readonly ReplicaOutbox _outbox = new();

    public void Dispose() => _outbox.Dispose();

    [Fact]
    public void An_era_begins_in_its_own_views_though_a_change_to_the_next_stands_in_the_log()
    {
        // What state transfer brought was synced before a power cut, the write that entered the era was not: so it does not know which of the two changes is committed.
        IReplica replica = new ViewstampedProtocol(new ViewstampedOptions()).Start(new ReplicaStart
        {
            Self = Group.Replica(3),
            HardState = default,
            Snapshot = new SnapshotMeta(EntryIndex.Zero, Epoch.Zero, Group.Of(1, 2, 3)),
            Entries = new TwoChanges(),
            Chance = new Prng(1),
        });

        replica.Receive(SecondEraIsCommittedUpTo(2), _outbox);
        Assert.Equal(new EntryIndex(2), replica.Probe.Committed);
        Assert.Equal(SecondEra, replica.Probe.HardState.Current);
        Assert.Equal(Group.Of(1, 2, 3, 4), replica.Probe.Membership);
    }

    private static byte[] SecondEraIsCommittedUpTo(long index)
    {
        byte[] message = new byte[MessageEnvelope.SizeBytes + StartEra.SizeBytes];
        SpanWriter writer = new MessageEnvelope(MessageProtocol.Viewstamped, (byte)ViewstampedMessage.StartEra, Group.Replica(1), Group.Replica(3), SecondEra).Begin(message);
        new StartEra(new EntryIndex(index), SecondEra).Write(ref writer);
        MessageEnvelope.Seal(message);
        return message;
    }

    private sealed class TwoChanges : IEntryReader
    {
        private readonly (Epoch Epoch, EntryKind Kind, byte[] Payload)[] _entries =
        [
            (SecondEra, EntryKind.Configuration, Group.Of(1, 2, 3, 4).ToArray()),
            (SecondEra, EntryKind.Nothing, []),
            (ThirdEra, EntryKind.Configuration, Group.Of(1, 2, 3).ToArray()),
        ];

        public EntryIndex First => new(1);

        public EntryIndex Last => new(_entries.Length);

        public EntryHeader ReadHeader(EntryIndex index) => Read(index).Header;

        public EntryView Read(EntryIndex index)
        {
            (Epoch epoch, EntryKind kind, byte[] payload) = _entries[(int)index.Value - 1];
            return new EntryView(new EntryHeader(index, epoch, kind, payload.Length), payload);
        }
    }
}
