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

/// <summary>A replica that fetches a log asks one question at a time, whatever the network does to the answers.</summary>
public sealed class ViewstampedStateTransferTests : IDisposable
{
    // The primary of view 1 among three, and a backup.
    private static readonly ReplicaId Primary = Group.Replica(2);
    private static readonly ReplicaId Backup = Group.Replica(3);

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
        Assert.Equal(1, QuestionsAfter(Part(ViewstampedMessage.Prepare, previous: 9, count: 0)));
        byte[] answer = Part(ViewstampedMessage.NewState, previous: 0, count: 2);
        Assert.Equal(1, QuestionsAfter(answer));
        Assert.Equal(0, QuestionsAfter(answer));
        Assert.Equal(1, QuestionsAfter(Part(ViewstampedMessage.NewState, previous: 2, count: 2)));
        Assert.Equal(0, QuestionsAfter(answer));
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

    private static byte[] Part(ViewstampedMessage type, long previous, int count)
    {
        var view = new Epoch(1);
        byte[] message = new byte[MessageEnvelope.SizeBytes + LogPart.FixedSizeBytes + (count * EntryCodec.HeaderSizeBytes)];
        SpanWriter writer = new MessageEnvelope(MessageProtocol.Viewstamped, (byte)type, Primary, Backup, view).Begin(message);
        LogPart.WriteFixed(ref writer, new EntryIndex(previous), previous == 0 ? Epoch.Zero : view, EntryIndex.Zero, new EntryIndex(9), 0, count);
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
