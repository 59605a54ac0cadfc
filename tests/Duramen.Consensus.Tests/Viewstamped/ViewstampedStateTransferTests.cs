using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Viewstamped;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Xunit;

namespace Duramen.Consensus.Tests.Viewstamped;

/// <summary>What state transfer brings, and when: one question at a time whatever the network does to the answers, and from a later view at any moment.</summary>
public sealed class ViewstampedStateTransferTests : IDisposable
{
    // The primary of view 1 among three, and a backup.
    private static readonly ReplicaId Primary = Group.Replica(2);
    private static readonly ReplicaId Backup = Group.Replica(3);
    private static readonly Epoch First = new(1);

    private readonly ReplicaOutbox _outbox = new();

    private readonly IReplica _replica = new ViewstampedProtocol(new ViewstampedOptions()).Start(new ReplicaStart
    {
        Self = Backup,
        HardState = default,
        Snapshot = new SnapshotMeta(EntryIndex.Zero, Epoch.Zero, Group.Of(1, 2, 3)),
        Entries = new NothingOnDisk(),
        Chance = new Prng(1),
    });

    public void Dispose() => _outbox.Dispose();

    [Fact]
    public void An_answer_that_comes_twice_leads_to_one_question()
    {
        // The log with which the view began ends at 9, and the backup has none of it.
        Assert.Equal(1, QuestionsAfter(Part(ViewstampedMessage.Prepare, First, previous: 9, count: 0)));
        byte[] answer = Part(ViewstampedMessage.NewState, First, previous: 0, count: 2);
        Assert.Equal(1, QuestionsAfter(answer));
        Assert.Equal(0, QuestionsAfter(answer));
        Assert.Equal(1, QuestionsAfter(Part(ViewstampedMessage.NewState, First, previous: 2, count: 2)));
        Assert.Equal(0, QuestionsAfter(answer));
    }

    [Fact]
    public void Who_has_what_a_later_view_committed_does_not_begin_an_earlier_one()
    {
        // A report sends the replica to view 2, which it is to lead. Before that is synced, state transfer brings what view 4 committed.
        PersistId entered = PersistOf(Report(new Epoch(2)));
        PersistId taken = PersistOf(Part(ViewstampedMessage.NewState, new Epoch(4), previous: 0, count: 2, committed: 2));
        Assert.True(taken > entered);
        Assert.Equal(new EntryIndex(2), _replica.Probe.Committed);

        _replica.Persisted(taken, _outbox);
        Assert.Equal(Epoch.Zero, _replica.Probe.HardState.Established);
        Assert.NotEqual(ReplicaRole.Leader, _replica.Probe.Role);
    }

    private PersistId PersistOf(byte[] message)
    {
        _replica.Receive(message, _outbox);
        PersistId written = _outbox.Persist.Id;
        _outbox.Clear();
        return written;
    }

    private int QuestionsAfter(byte[] message)
    {
        _replica.Receive(message, _outbox);
        int questions = 0;
        for (int i = 0; i < _outbox.MessageCount; i++)
        {
            questions += MessageEnvelope.TryOpen(_outbox.Message(i).Bytes, out MessageEnvelope envelope, out SpanReader _)
                && (ViewstampedMessage)envelope.Type == ViewstampedMessage.GetState ? 1 : 0;
        }

        _outbox.Clear();
        return questions;
    }

    private static byte[] Report(Epoch view)
    {
        byte[] message = new byte[MessageEnvelope.SizeBytes + DoViewChange.SizeBytes];
        SpanWriter writer = new MessageEnvelope(MessageProtocol.Viewstamped, (byte)ViewstampedMessage.DoViewChange, Group.Replica(1), Backup, view).Begin(message);
        default(DoViewChange).Write(ref writer);
        MessageEnvelope.Seal(message);
        return message;
    }

    private static byte[] Part(ViewstampedMessage type, Epoch view, long previous, int count, long committed = 0)
    {
        byte[] message = new byte[MessageEnvelope.SizeBytes + ViewPart.FixedSizeBytes + (count * EntryCodec.HeaderSizeBytes)];
        SpanWriter writer = new MessageEnvelope(MessageProtocol.Viewstamped, (byte)type, Primary, Backup, view).Begin(message);
        ViewPart.WriteStart(ref writer, new EntryIndex(9));
        LogPart.WriteFixed(ref writer, new EntryIndex(previous), previous == 0 ? Epoch.Zero : view, new EntryIndex(committed), 0, count);
        for (int i = 1; i <= count; i++)
        {
            EntryCodec.Write(new EntryView(new EntryHeader(new EntryIndex(previous + i), view, EntryKind.Nothing, 0), []), writer.Take(EntryCodec.HeaderSizeBytes));
        }

        MessageEnvelope.Seal(message);
        return message;
    }

    private sealed class NothingOnDisk : IEntryReader
    {
        public EntryIndex First => new(1);

        public EntryIndex Last => EntryIndex.Zero;

        public EntryHeader ReadHeader(EntryIndex index) => throw new InvalidOperationException();

        public EntryView Read(EntryIndex index) => throw new InvalidOperationException();
    }
}
