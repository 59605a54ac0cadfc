using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Zab;
using Duramen.Consensus.Zab.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Simulation.Disks;
using Xunit;
using static Duramen.Consensus.Tests.Messages.MessageBytes;

namespace Duramen.Consensus.Tests.Zab;

/// <summary>Each body comes back as it was written, and is refused when it is cut anywhere.</summary>
public sealed class ZabMessageTests
{
    private static readonly HistoryEnd End = new(new Epoch(4), new EntryIndex(9), new Epoch(3));

    [Fact]
    public void Names_of_entries_come_back_and_none_is_before_everything()
    {
        var name = new EntryName(new EntryIndex(9), new Epoch(EraNumber.EpochsPerEra));
        byte[] bytes = Write(EntryName.SizeBytes, name.Write);
        Assert.True(EntryName.TryRead(new SpanReader(bytes), out EntryName read));
        Assert.Equal(name, read);
        Assert.All(Cuts(bytes), cut => Assert.False(EntryName.TryRead(new SpanReader(cut), out _)));
        byte[] before = Write(EntryName.SizeBytes, new EntryName(new EntryIndex(-1), Epoch.Zero).Write);
        Assert.False(EntryName.TryRead(new SpanReader(before), out _));
    }

    [Fact]
    public void Ends_of_histories_come_back()
    {
        byte[] bytes = Write(HistoryEnd.SizeBytes, End.Write);
        Assert.True(HistoryEnd.TryRead(new SpanReader(bytes), out HistoryEnd read));
        Assert.Equal(End, read);
        Assert.All(Cuts(bytes), cut => Assert.False(HistoryEnd.TryRead(new SpanReader(cut), out _)));
        byte[] before = Write(HistoryEnd.SizeBytes, (End with { Last = new EntryIndex(-1) }).Write);
        Assert.False(HistoryEnd.TryRead(new SpanReader(before), out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Looks_come_back(bool hearsYou)
    {
        var look = new Look(End, hearsYou);
        byte[] bytes = Write(Look.SizeBytes, look.Write);
        Assert.True(Look.TryRead(new SpanReader(bytes), out Look read));
        Assert.Equal(look, read);
        Assert.All(Cuts(bytes), cut => Assert.False(Look.TryRead(new SpanReader(cut), out _)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void New_epochs_come_back(bool isTransfer)
    {
        var request = new NewEpoch(isTransfer);
        byte[] bytes = Write(NewEpoch.SizeBytes, request.Write);
        Assert.True(NewEpoch.TryRead(new SpanReader(bytes), out NewEpoch read));
        Assert.Equal(request, read);
        Assert.All(Cuts(bytes), cut => Assert.False(NewEpoch.TryRead(new SpanReader(cut), out _)));
    }

    [Fact]
    public void Orders_to_cut_come_back_and_none_keeps_more_than_it_cuts()
    {
        var order = new Trunc(new EntryName(new EntryIndex(7), new Epoch(2)), new EntryName(new EntryIndex(9), new Epoch(3)));
        byte[] bytes = Write(Trunc.SizeBytes, order.Write);
        Assert.True(Trunc.TryRead(new SpanReader(bytes), out Trunc read));
        Assert.Equal(order, read);
        Assert.All(Cuts(bytes), cut => Assert.False(Trunc.TryRead(new SpanReader(cut), out _)));
        Assert.False(Trunc.TryRead(new SpanReader(Write(Trunc.SizeBytes, new Trunc(order.Wrong, order.Keep).Write)), out _));
    }

    [Fact]
    public void Acknowledgements_come_back()
    {
        var ack = new Ack(new EntryIndex(9), 77);
        byte[] bytes = Write(Ack.SizeBytes, ack.Write);
        Assert.True(Ack.TryRead(new SpanReader(bytes), out Ack read));
        Assert.Equal(ack, read);
        Assert.All(Cuts(bytes), cut => Assert.False(Ack.TryRead(new SpanReader(cut), out _)));
    }

    [Fact]
    public void A_replica_drops_whatever_is_damaged_and_whatever_it_cannot_make_sense_of()
    {
        using var outbox = new ReplicaOutbox();
        SimulatedDisk disk = SimulatedDisk.Format(Group.Replica(1), new SnapshotMeta(EntryIndex.Zero, Epoch.Zero, Group.Of(1, 2, 3)), []);
        Assert.True(disk.TryRecover(takesDamageForEnd: false));
        IReplica replica = new ZabProtocol(new ZabOptions()).Start(new ReplicaStart
        {
            Self = Group.Replica(1),
            HardState = default,
            Snapshot = disk.Image.Snapshot,
            Entries = disk.Image,
            Chance = new Prng(1),
        });
        var chance = new Prng(7);
        for (int run = 0; run < 20_000; run++)
        {
            byte[] body = new byte[chance.NextInt32(80)];
            chance.NextBytes(body);
            byte[] message = new byte[MessageEnvelope.SizeBytes + body.Length];
            var type = (byte)chance.NextInt32(20);
            var envelope = new MessageEnvelope(MessageProtocol.Zab, type, Group.Replica(2 + chance.NextInt32(2)), Group.Replica(1), new Epoch(chance.NextInt32(3)));
            SpanWriter writer = envelope.Begin(message);
            writer.WriteBytes(body);
            MessageEnvelope.Seal(message);
            if (chance.NextBool())
            {
                message[chance.NextInt32(message.Length)] ^= 1;
                replica.Receive(message, outbox);
                Assert.True(outbox.IsEmpty);
            }
            else
            {
                replica.Receive(message, outbox);
                outbox.Clear();
            }
        }
    }
}
