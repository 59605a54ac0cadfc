using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Paxos;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Simulation.Disks;
using Xunit;

namespace Duramen.Consensus.Tests.Paxos;

/// <summary>What one replica makes of messages that come late, out of order or from nowhere; in a whole group such moments are rare.</summary>
public sealed class PaxosAcceptorTests : IDisposable
{
    private const int ElectionTicks = 10;

    private readonly ReplicaOutbox _outbox = new();
    private readonly IReplica _replica;

    public PaxosAcceptorTests()
    {
        var disk = SimulatedDisk.Format(Group.Replica(2), new SnapshotMeta(EntryIndex.Zero, Epoch.Zero, Group.Of(1, 2, 3)), []);
        _replica = new PaxosProtocol(new PaxosOptions { ElectionTicks = ElectionTicks, Alpha = 4 }).Start(new ReplicaStart
        {
            Self = Group.Replica(2),
            HardState = default,
            Snapshot = disk.Image.Snapshot,
            Entries = disk.Image,
            Chance = new Prng(1),
        });
    }

    public void Dispose() => _outbox.Dispose();

    [Fact]
    public void It_accepts_slots_in_any_order_and_says_up_to_where_it_has_all()
    {
        Assert.Equal((0, 3, 3), Accepted(Accept(ballot: 1, node: 1, committed: 0, 3)));
        Assert.Equal((0, 2, 2), Accepted(Accept(ballot: 1, node: 1, committed: 0, 2)));
        Assert.Equal((3, 1, 1), Accepted(Accept(ballot: 1, node: 1, committed: 0, 1)));
    }

    [Fact]
    public void A_ballot_before_the_one_it_takes_part_in_is_refused_by_naming_that()
    {
        Accept(ballot: 5, node: 3, committed: 0, 1);
        Assert.Equal((PaxosMessage.Refusal, new Epoch(5, new NodeId(3))), TypeOf(Accept(ballot: 4, node: 1, committed: 0, 1)));
        Assert.True(_replica.Probe.TryReadEntry(new EntryIndex(1), out EntryView entry));
        Assert.Equal(5, entry.Header.AcceptedIn.Number);
    }

    [Fact]
    public void What_another_ballot_left_in_a_slot_is_not_taken_for_chosen()
    {
        Accept(ballot: 1, node: 1, committed: 0, 1);
        Accept(ballot: 2, node: 3, committed: 1);
        Assert.Equal(0, _replica.Probe.Committed.Value);
        Accept(ballot: 2, node: 3, committed: 1, 1);
        Assert.Equal(1, _replica.Probe.Committed.Value);
    }

    [Fact]
    public void Slots_beyond_the_window_of_what_the_leader_says_is_chosen_are_not_accepted()
    {
        Assert.Empty(Accept(ballot: 1, node: 1, committed: 0, 5));
        Assert.False(_replica.Probe.TryReadEntry(new EntryIndex(5), out _));
        Assert.NotEmpty(Accept(ballot: 1, node: 1, committed: 1, 5));
        Assert.True(_replica.Probe.TryReadEntry(new EntryIndex(5), out _));
    }

    [Fact]
    public void A_slot_so_far_ahead_that_the_gap_would_fill_the_memory_is_not_accepted_and_what_is_before_is_asked_for()
    {
        Assert.Equal(PaxosMessage.GetChosen, TypeOf(Accept(ballot: 1, node: 1, committed: 70_000, 70_001)).Type);
        Assert.Equal(0, _replica.Probe.Last.Value);
    }

    [Fact]
    public void A_candidate_that_is_asked_to_propose_proposes_nothing()
    {
        Accept(ballot: 1, node: 1, committed: 0, 1);
        BecomeCandidate();
        _outbox.Clear();
        _replica.Propose([new Proposal(new RequestToken(7), new byte[] { 1 }, 1)], _outbox);
        Assert.Equal((0, Rejection.NotLeader), (_outbox.MessageCount, _outbox.Rejected[0].Reason));
    }

    [Fact]
    public void Its_own_ballot_is_above_every_one_that_it_heard_of()
    {
        Accept(ballot: 7, node: 3, committed: 0);
        BecomeCandidate();
        Assert.Equal(new Epoch(8, new NodeId(2)), _replica.Probe.HardState.Current);
    }

    [Fact]
    public void That_what_it_had_is_chosen_says_nothing_of_what_took_its_place()
    {
        Accept(ballot: 1, node: 1, committed: 0, 1, 2);
        Accept(ballot: 2, node: 3, committed: 0, 1, 2);
        byte[] message = new byte[MessageEnvelope.SizeBytes + Chosen.FixedSizeBytes];
        var former = new Epoch(1, new NodeId(1));
        SpanWriter writer = Begin(PaxosMessage.Chosen, 1, former, message);
        Chosen.WriteFixed(ref writer, new GetChosen(EntryIndex.Zero, new EntryIndex(2), former), new EntryIndex(2), 0);
        Send(message);
        Assert.Equal(0, _replica.Probe.Committed.Value);
    }

    private void BecomeCandidate()
    {
        for (int i = 0; i < 4 * ElectionTicks && _replica.Probe.Role != ReplicaRole.Prospect; i++)
        {
            _outbox.Clear();
            _replica.Tick(_outbox);
        }

        MessageEnvelope.TryOpen(_outbox.Message(0).Bytes, out _, out SpanReader body);
        Assert.True(Canvass.TryRead(body, out Canvass question));
        byte[] answer = new byte[MessageEnvelope.SizeBytes + CanvassAnswer.SizeBytes];
        SpanWriter writer = Begin(PaxosMessage.CanvassAnswer, 1, new Epoch(1), answer);
        new CanvassAnswer(question.Attempt, EntryIndex.Zero, WouldPromise: true).Write(ref writer);
        Send(answer);
        Assert.Equal(ReplicaRole.Candidate, _replica.Probe.Role);
    }

    // Empty entries for slots that follow each other; returns the first message that answers.
    private byte[] Accept(long ballot, int node, long committed, params long[] slots)
    {
        var epoch = new Epoch(ballot, new NodeId(node));
        byte[] message = new byte[MessageEnvelope.SizeBytes + Consensus.Paxos.Messages.Accept.FixedSizeBytes + (slots.Length * EntryCodec.HeaderSizeBytes)];
        SpanWriter writer = Begin(PaxosMessage.Accept, node, epoch, message);
        Consensus.Paxos.Messages.Accept.WriteFixed(ref writer, new EntryIndex(slots.Length == 0 ? 1 : slots[0]), new EntryIndex(committed), 0, slots.Length);
        foreach (long slot in slots)
        {
            var entry = new EntryView(new EntryHeader(new EntryIndex(slot), epoch, EntryKind.Nothing, 0), []);
            EntryCodec.Write(entry, writer.Take(EntryCodec.SizeOf(entry)));
        }

        return Send(message);
    }

    private static SpanWriter Begin(PaxosMessage type, int from, Epoch epoch, Span<byte> message) =>
        new MessageEnvelope(MessageProtocol.Paxos, (byte)type, Group.Replica(from), Group.Replica(2), epoch).Begin(message);

    private byte[] Send(byte[] message)
    {
        MessageEnvelope.Seal(message);
        _outbox.Clear();
        _replica.Receive(message, _outbox);
        return _outbox.MessageCount == 0 ? [] : _outbox.Message(0).Bytes.ToArray();
    }

    private static (PaxosMessage Type, Epoch Epoch) TypeOf(byte[] message)
    {
        Assert.True(MessageEnvelope.TryOpen(message, out MessageEnvelope envelope, out _));
        return ((PaxosMessage)envelope.Type, envelope.Epoch);
    }

    private static (long Through, long First, long Last) Accepted(byte[] message)
    {
        Assert.True(MessageEnvelope.TryOpen(message, out _, out SpanReader body));
        Assert.True(Consensus.Paxos.Messages.Accepted.TryRead(body, out Accepted response));
        return (response.Through.Value, response.First.Value, response.Last.Value);
    }
}
