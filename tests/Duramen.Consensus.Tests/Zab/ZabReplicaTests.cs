using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Zab;
using Duramen.Consensus.Zab.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Simulation.Disks;
using Xunit;

namespace Duramen.Consensus.Tests.Zab;

/// <summary>What a replica that has entries 1 to 4 of epoch 1 makes of histories that are not its own; in a whole group such moments are rare.</summary>
public sealed class ZabReplicaTests : IDisposable
{
    private readonly ReplicaOutbox _outbox = new();
    private readonly IReplica _replica = Start(default);

    public ZabReplicaTests()
    {
        Send(ZabMessage.Diff, from: 1, epoch: 1, Part(previous: (0, 0), committed: 0, (1, 1), (2, 1), (3, 1), (4, 1)));
        Send(ZabMessage.NewLeader, from: 1, epoch: 1, Name(4, 1));
        Assert.Equal((4, 1), (_replica.Probe.Last.Value, _replica.Probe.HardState.Established.Number));
    }

    public void Dispose() => _outbox.Dispose();

    [Fact]
    public void A_part_behind_an_entry_that_it_does_not_have_is_not_taken()
    {
        Assert.Equal(ZabMessage.Resume, Send(ZabMessage.Diff, from: 3, epoch: 3, Part(previous: (4, 2), committed: 0, (5, 2))));
        Assert.Equal(4, _replica.Probe.Last.Value);
    }

    [Fact]
    public void Nothing_that_is_committed_is_cut()
    {
        Send(ZabMessage.Propose, from: 1, epoch: 1, Part(previous: (4, 1), committed: 3));
        Send(ZabMessage.Trunc, from: 3, epoch: 3, Name(1, 1), Name(4, 1));
        Assert.Equal(3, _replica.Probe.Last.Value);
    }

    [Fact]
    public void It_leads_with_the_best_history_and_drops_what_it_has_beyond()
    {
        Discover();
        Send(ZabMessage.AckEpoch, from: 3, epoch: 3, End(current: 2, last: 3, lastEpoch: 1));
        Assert.Equal((3, 3), (_replica.Probe.Last.Value, _replica.Probe.HardState.Established.Number));
    }

    [Fact]
    public void It_fetches_a_history_that_has_another_entry_where_its_own_has_one()
    {
        Discover();
        Assert.Equal(ZabMessage.GetHistory, Send(ZabMessage.AckEpoch, from: 3, epoch: 3, End(current: 2, last: 3, lastEpoch: 2)));
        Assert.Equal((4, 1), (_replica.Probe.Last.Value, _replica.Probe.HardState.Established.Number));
    }

    [Fact]
    public void After_a_restart_it_accepts_its_epoch_from_nobody_again()
    {
        IReplica restarted = Start(new HardState(new Epoch(2), new Epoch(1)));
        _outbox.Clear();
        restarted.Receive(Message(ZabMessage.NewEpoch, from: 3, epoch: 2, [0]), _outbox);
        Assert.True(_outbox.IsEmpty);
        restarted.Receive(Message(ZabMessage.NewEpoch, from: 3, epoch: 3, [0]), _outbox);
        Assert.Equal(ZabMessage.AckEpoch, FirstType());
    }

    // It misses its leader; another would follow it and had accepted epoch 2, so it asks for epoch 3.
    private void Discover()
    {
        for (int i = 0; i < 3 * new ZabOptions().ElectionTicks && _replica.Probe.Role != ReplicaRole.Prospect; i++)
        {
            _outbox.Clear();
            _replica.Tick(_outbox);
        }

        Send(ZabMessage.CEpoch, from: 1, epoch: 2, []);
        PersistId write = _outbox.Persist.Id;
        _outbox.Clear();
        _replica.Persisted(write, _outbox);
        Assert.Equal((ReplicaRole.Candidate, 3), (_replica.Probe.Role, _replica.Probe.HardState.Current.Number));
    }

    private static IReplica Start(HardState hard)
    {
        var disk = SimulatedDisk.Format(Group.Replica(2), new SnapshotMeta(EntryIndex.Zero, Epoch.Zero, Group.Of(1, 2, 3)), []);
        return new ZabProtocol(new ZabOptions()).Start(new ReplicaStart
        {
            Self = disk.Replica,
            HardState = hard,
            Snapshot = disk.Image.Snapshot,
            Entries = disk.Image,
            Chance = new Prng(1),
        });
    }

    private ZabMessage Send(ZabMessage type, int from, long epoch, params byte[][] bodies)
    {
        _outbox.Clear();
        _replica.Receive(Message(type, from, epoch, [.. bodies.SelectMany(static body => body)]), _outbox);
        return FirstType();
    }

    private ZabMessage FirstType()
    {
        MessageEnvelope envelope = default;
        Assert.True(_outbox.MessageCount == 0 || MessageEnvelope.TryOpen(_outbox.Message(0).Bytes, out envelope, out _));
        return (ZabMessage)envelope.Type;
    }

    private static byte[] Message(ZabMessage type, int from, long epoch, byte[] body)
    {
        byte[] message = new byte[MessageEnvelope.SizeBytes + body.Length];
        SpanWriter writer = new MessageEnvelope(MessageProtocol.Zab, (byte)type, Group.Replica(from), Group.Replica(2), new Epoch(epoch)).Begin(message);
        writer.WriteBytes(body);
        MessageEnvelope.Seal(message);
        return message;
    }

    private static byte[] Name(long index, long epoch)
    {
        byte[] bytes = new byte[EntryName.SizeBytes];
        var writer = new SpanWriter(bytes);
        new EntryName(new EntryIndex(index), new Epoch(epoch)).Write(ref writer);
        return bytes;
    }

    private static byte[] End(long current, long last, long lastEpoch)
    {
        byte[] bytes = new byte[HistoryEnd.SizeBytes];
        var writer = new SpanWriter(bytes);
        new HistoryEnd(new Epoch(current), new EntryIndex(last), new Epoch(lastEpoch)).Write(ref writer);
        return bytes;
    }

    private static byte[] Part((long Index, long Epoch) previous, long committed, params (long Index, long Epoch)[] entries)
    {
        byte[] bytes = new byte[LogPart.FixedSizeBytes + (entries.Length * EntryCodec.HeaderSizeBytes)];
        var writer = new SpanWriter(bytes);
        LogPart.WriteFixed(ref writer, new EntryIndex(previous.Index), new Epoch(previous.Epoch), new EntryIndex(committed), 0, entries.Length);
        foreach ((long index, long epoch) in entries)
        {
            EntryCodec.Write(new EntryView(new EntryHeader(new EntryIndex(index), new Epoch(epoch), EntryKind.Nothing, 0), []), writer.Take(EntryCodec.HeaderSizeBytes));
        }

        return bytes;
    }
}
