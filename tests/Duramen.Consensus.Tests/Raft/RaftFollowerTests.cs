using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Raft;
using Duramen.Consensus.Raft.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Simulation.Disks;
using Xunit;

namespace Duramen.Consensus.Tests.Raft;

/// <summary>What a follower makes of messages that are shorter or older than its log; in a whole group such moments are rare.</summary>
public sealed class RaftFollowerTests : IDisposable
{
    private readonly ReplicaOutbox _outbox = new();
    private readonly IReplica _follower;

    public RaftFollowerTests()
    {
        var disk = SimulatedDisk.Format(Group.Replica(2), new SnapshotMeta(EntryIndex.Zero, Epoch.Zero, Group.Of(1, 2, 3)), []);
        _follower = new RaftProtocol(new RaftOptions()).Start(new ReplicaStart
        {
            Self = Group.Replica(2),
            HardState = default,
            Snapshot = disk.Image.Snapshot,
            Entries = disk.Image,
            Chance = new Prng(1),
        });
        Send(from: 1, term: 1, previous: (0, 0), committed: 0, (1, 1), (2, 1), (3, 1), (4, 1));
    }

    public void Dispose() => _outbox.Dispose();

    [Fact]
    public void It_acknowledges_and_commits_what_the_message_matched_however_long_its_log_is()
    {
        AppendResponse response = Send(from: 3, term: 2, previous: (1, 1), committed: 9, (2, 1));
        Assert.Equal((true, 2), (response.IsMatch, response.Index.Value));
        Assert.Equal((2, 4), (_follower.Probe.Committed.Value, _follower.Probe.Last.Value));
    }

    [Fact]
    public void A_message_that_it_had_before_cuts_nothing()
    {
        Send(from: 1, term: 1, previous: (0, 0), committed: 0, (1, 1), (2, 1));
        Assert.Equal(4, _follower.Probe.Last.Value);
    }

    [Fact]
    public void A_conflict_cuts_from_there()
    {
        Send(from: 3, term: 2, previous: (2, 1), committed: 0, (3, 2));
        Assert.Equal(3, _follower.Probe.Last.Value);
    }

    [Fact]
    public void A_leader_of_an_earlier_term_learns_of_the_later_one_and_changes_nothing()
    {
        Send(from: 3, term: 2, previous: (4, 1), committed: 0);
        AppendResponse response = Send(from: 1, term: 1, previous: (1, 1), committed: 4, (2, 1));
        Assert.False(response.IsMatch);
        Assert.Equal((0, 2), (_follower.Probe.Committed.Value, _follower.Probe.HardState.Current.Number));
    }

    [Fact]
    public void What_is_for_the_disk_before_is_dropped()
    {
        _outbox.Clear();
        byte[] message = Append(Group.Replica(1), Group.Replica(2, disk: 0xBEEF), 9, (4, 1), 4, []);
        _follower.Receive(message, _outbox);
        Assert.True(_outbox.IsEmpty);
    }

    [Theory]
    [InlineData(2, 5, true)]
    [InlineData(2, 6, true)]
    [InlineData(3, 4, true)]
    [InlineData(2, 4, false)]
    [InlineData(1, 9, false)]
    public void It_votes_for_a_log_of_a_later_last_term_or_of_the_same_and_no_shorter(long lastTerm, long lastIndex, bool isGranted)
    {
        Send(from: 1, term: 2, previous: (4, 1), committed: 0, (5, 2));
        Assert.Equal(isGranted, Vote(term: 4, lastTerm, lastIndex, isPreVote: false).IsGranted);
    }

    [Fact]
    public void It_tells_nobody_that_he_could_win_while_it_hears_its_leader()
    {
        Assert.False(Vote(term: 2, lastTerm: 1, lastIndex: 4, isPreVote: true).IsGranted);
        for (int i = 0; i < new RaftOptions().ElectionTicks; i++)
        {
            _outbox.Clear();
            _follower.Tick(_outbox);
        }

        Assert.True(Vote(term: 2, lastTerm: 1, lastIndex: 4, isPreVote: true).IsGranted);
    }

    [Fact]
    public void It_matches_nothing_behind_an_entry_of_another_term()
    {
        AppendResponse response = Send(from: 3, term: 3, previous: (4, 2), committed: 4);
        Assert.False(response.IsMatch);
        Assert.Equal(0, _follower.Probe.Committed.Value);
    }

    [Fact]
    public void A_vote_for_a_replica_is_no_vote_for_another_disk_of_the_same_node()
    {
        Assert.True(Vote(term: 4, lastTerm: 1, lastIndex: 4, isPreVote: false).IsGranted);
        Assert.False(Vote(term: 4, lastTerm: 1, lastIndex: 4, isPreVote: false, disk: 0xBEEF).IsGranted);
    }

    private VoteResponse Vote(long term, long lastTerm, long lastIndex, bool isPreVote, ulong disk = 0)
    {
        _outbox.Clear();
        byte[] message = new byte[MessageEnvelope.SizeBytes + VoteRequest.SizeBytes];
        SpanWriter writer = new MessageEnvelope(MessageProtocol.Raft, (byte)RaftMessage.VoteRequest, Group.Replica(3, disk), Group.Replica(2), new Epoch(isPreVote ? term - 1 : term)).Begin(message);
        new VoteRequest(term, new EntryIndex(lastIndex), new Epoch(lastTerm), isPreVote, IsTransfer: !isPreVote).Write(ref writer);
        MessageEnvelope.Seal(message);
        _follower.Receive(message, _outbox);
        Assert.True(MessageEnvelope.TryOpen(_outbox.Message(0).Bytes, out _, out SpanReader body));
        Assert.True(VoteResponse.TryRead(body, out VoteResponse response));
        return response;
    }

    private AppendResponse Send(int from, long term, (long Index, long Term) previous, long committed, params (long Index, long Term)[] entries)
    {
        _outbox.Clear();
        _follower.Receive(Append(Group.Replica(from), Group.Replica(2), term, previous, committed, entries), _outbox);
        Assert.Equal(1, _outbox.MessageCount);
        Assert.True(MessageEnvelope.TryOpen(_outbox.Message(0).Bytes, out _, out SpanReader body));
        Assert.True(AppendResponse.TryRead(body, out AppendResponse response));
        return response;
    }

    private static byte[] Append(ReplicaId from, ReplicaId to, long term, (long Index, long Term) previous, long committed, (long Index, long Term)[] entries)
    {
        byte[] message = new byte[MessageEnvelope.SizeBytes + LogPart.FixedSizeBytes + (entries.Length * EntryCodec.HeaderSizeBytes)];
        SpanWriter writer = new MessageEnvelope(MessageProtocol.Raft, (byte)RaftMessage.AppendRequest, from, to, new Epoch(term)).Begin(message);
        LogPart.WriteFixed(ref writer, new EntryIndex(previous.Index), new Epoch(previous.Term), new EntryIndex(committed), 0, entries.Length);
        foreach ((long index, long entryTerm) in entries)
        {
            var entry = new EntryView(new EntryHeader(new EntryIndex(index), new Epoch(entryTerm), EntryKind.Nothing, 0), []);
            EntryCodec.Write(entry, writer.Take(EntryCodec.SizeOf(entry)));
        }

        MessageEnvelope.Seal(message);
        return message;
    }
}
