using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Xunit;
using static Duramen.Consensus.Tests.Messages.MessageBytes;

namespace Duramen.Consensus.Tests.Paxos;

/// <summary>Each body comes back as it was written, is refused when it is cut anywhere, and never throws when it is damaged.</summary>
public sealed class PaxosMessageTests
{
    private static readonly Epoch Ballot = new(7, new NodeId(3));

    private delegate bool Reading(SpanReader body);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Canvasses_and_their_answers_come_back(bool wouldPromise)
    {
        var question = new Canvass(5, new EntryIndex(9));
        byte[] bytes = Write(Canvass.SizeBytes, (ref SpanWriter writer) => question.Write(ref writer));
        Assert.True(Canvass.TryRead(new SpanReader(bytes), out Canvass readQuestion));
        Assert.Equal(question, readQuestion);
        IsRefusedWhenCut(bytes, body => Canvass.TryRead(body, out _));
        var answer = new CanvassAnswer(5, new EntryIndex(9), wouldPromise);
        bytes = Write(CanvassAnswer.SizeBytes, (ref SpanWriter writer) => answer.Write(ref writer));
        Assert.True(CanvassAnswer.TryRead(new SpanReader(bytes), out CanvassAnswer readAnswer));
        Assert.Equal(answer, readAnswer);
        IsRefusedWhenCut(bytes, body => CanvassAnswer.TryRead(body, out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Requests_for_a_promise_come_back_and_none_is_for_a_slot_before_the_first(bool isTransfer)
    {
        var request = new Prepare(new EntryIndex(9), isTransfer);
        byte[] bytes = Write(Prepare.SizeBytes, (ref SpanWriter writer) => request.Write(ref writer));
        Assert.True(Prepare.TryRead(new SpanReader(bytes), out Prepare read));
        Assert.Equal(request, read);
        IsRefusedWhenCut(bytes, body => Prepare.TryRead(body, out _));
        bytes = Write(Prepare.SizeBytes, (ref SpanWriter writer) => new Prepare(EntryIndex.Zero, isTransfer).Write(ref writer));
        Assert.False(Prepare.TryRead(new SpanReader(bytes), out _));
    }

    [Fact]
    public void Promises_come_back_with_entries_gaps_and_the_ballots_of_their_acceptance()
    {
        byte[] bytes = Promising(from: 4, Entry(5, 2, 6), Entry(8, 3, 3));
        Assert.True(Promise.TryRead(new SpanReader(bytes), out Promise read));
        Assert.Equal((4, 3, 9, 2), (read.From.Value, read.Committed.Value, read.Through.Value, read.Count));
        SpanReader entries = read.Entries;
        Assert.True(EntryCodec.TryRead(ref entries, out EntryView first));
        Assert.Equal((5, 2, 6), (first.Header.Index.Value, first.Header.Epoch.Number, first.Header.AcceptedIn.Number));
        IsRefusedWhenCut(bytes, body => Promise.TryRead(body, out _));
    }

    [Fact]
    public void A_promise_whose_entries_go_back_or_were_made_after_their_acceptance_is_refused()
    {
        Assert.False(Promise.TryRead(new SpanReader(Promising(4, Entry(8, 3, 3), Entry(5, 2, 6))), out _));
        Assert.False(Promise.TryRead(new SpanReader(Promising(4, Entry(3, 3, 3))), out _));
        Assert.False(Promise.TryRead(new SpanReader(Promising(4, Entry(5, 6, 2))), out _));
    }

    [Fact]
    public void Requests_to_accept_come_back_with_their_entries()
    {
        byte[] bytes = Accepting(first: 5, Entry(5, 2, 2), Entry(6, 7, 7));
        Assert.True(Accept.TryRead(new SpanReader(bytes), Ballot, out Accept read));
        Assert.Equal((5, 6, 4, 77, 2), (read.First.Value, read.Last.Value, read.Committed.Value, read.Round, read.Count));
        IsRefusedWhenCut(bytes, body => Accept.TryRead(body, Ballot, out _));
    }

    [Fact]
    public void Entries_to_accept_that_leave_a_slot_out_or_were_made_after_the_ballot_are_refused()
    {
        Assert.False(Accept.TryRead(new SpanReader(Accepting(5, Entry(5, 2, 2), Entry(7, 2, 2))), Ballot, out _));
        Assert.False(Accept.TryRead(new SpanReader(Accepting(5, Entry(6, 2, 2))), Ballot, out _));
        Assert.False(Accept.TryRead(new SpanReader(Accepting(5, Entry(5, 8, 8))), Ballot, out _));
    }

    [Fact]
    public void Acknowledgements_come_back()
    {
        var response = new Accepted(new EntryIndex(9), new EntryIndex(11), new EntryIndex(14), 77);
        byte[] bytes = Write(Accepted.SizeBytes, (ref SpanWriter writer) => response.Write(ref writer));
        Assert.True(Accepted.TryRead(new SpanReader(bytes), out Accepted read));
        Assert.Equal(response, read);
        IsRefusedWhenCut(bytes, body => Accepted.TryRead(body, out _));
    }

    [Fact]
    public void Questions_for_what_was_chosen_come_back_and_none_names_entries_before_it_begins()
    {
        var request = new GetChosen(new EntryIndex(4), new EntryIndex(9), Ballot);
        byte[] bytes = Write(GetChosen.SizeBytes, (ref SpanWriter writer) => request.Write(ref writer));
        Assert.True(GetChosen.TryRead(new SpanReader(bytes), out GetChosen read));
        Assert.Equal(request, read);
        IsRefusedWhenCut(bytes, body => GetChosen.TryRead(body, out _));
        bytes = Write(GetChosen.SizeBytes, (ref SpanWriter writer) => new GetChosen(new EntryIndex(4), new EntryIndex(3), Ballot).Write(ref writer));
        Assert.False(GetChosen.TryRead(new SpanReader(bytes), out _));
    }

    [Fact]
    public void What_was_chosen_comes_back_with_its_entries()
    {
        byte[] bytes = Choosing(Entry(7, 2, 6), Entry(8, 3, 3));
        Assert.True(Chosen.TryRead(new SpanReader(bytes), out Chosen read));
        Assert.Equal((4, 6, 9, 2), (read.Confirmed.After.Value, read.Confirmed.Through.Value, read.Committed.Value, read.Count));
        IsRefusedWhenCut(bytes, body => Chosen.TryRead(body, out _));
        Assert.False(Chosen.TryRead(new SpanReader(Choosing(Entry(8, 3, 3))), out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void News_come_back(bool isAnswer)
    {
        var news = new News(new EntryIndex(9), isAnswer);
        byte[] bytes = Write(News.SizeBytes, (ref SpanWriter writer) => news.Write(ref writer));
        Assert.True(News.TryRead(new SpanReader(bytes), out News read));
        Assert.Equal(news, read);
        IsRefusedWhenCut(bytes, body => News.TryRead(body, out _));
    }

    [Fact]
    public void A_damaged_body_is_refused_or_read_as_one_whose_entries_are_in_order()
    {
        byte[][] whole = [Promising(4, Entry(5, 2, 6), Entry(8, 3, 3)), Accepting(5, Entry(5, 2, 2), Entry(6, 7, 7)), Choosing(Entry(7, 2, 6))];
        foreach (byte[] body in whole)
        {
            for (int bit = 0; bit < body.Length * 8; bit++)
            {
                byte[] damaged = [.. body];
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                _ = Promise.TryRead(new SpanReader(damaged), out Promise promise) && AreInOrder(promise.Entries, promise.Count);
                _ = Accept.TryRead(new SpanReader(damaged), Ballot, out Accept request) && AreInOrder(request.Entries, request.Count);
                _ = Chosen.TryRead(new SpanReader(damaged), out Chosen answer) && AreInOrder(answer.Entries, answer.Count);
            }
        }
    }

    private static bool AreInOrder(SpanReader entries, int count)
    {
        long last = 0;
        for (int i = 0; i < count; i++)
        {
            Assert.True(EntryCodec.TryRead(ref entries, out EntryView entry));
            Assert.True(entry.Header.Index.Value > last);
            last = entry.Header.Index.Value;
        }

        return true;
    }

    private static EntryHeader Entry(long index, long epoch, long acceptedIn) =>
        new(new EntryIndex(index), new Epoch(epoch), EntryKind.Records, 1) { AcceptedIn = new Epoch(acceptedIn) };

    private static byte[] Promising(long from, params EntryHeader[] entries) => Write(Promise.FixedSizeBytes + SizeOf(entries), (ref SpanWriter writer) =>
    {
        Promise.WriteFixed(ref writer, new EntryIndex(from), new EntryIndex(3), new EntryIndex(9), entries.Length);
        WriteEntries(ref writer, entries);
    });

    private static byte[] Accepting(long first, params EntryHeader[] entries) => Write(Accept.FixedSizeBytes + SizeOf(entries), (ref SpanWriter writer) =>
    {
        Accept.WriteFixed(ref writer, new EntryIndex(first), new EntryIndex(4), 77, entries.Length);
        WriteEntries(ref writer, entries);
    });

    private static byte[] Choosing(params EntryHeader[] entries) => Write(Chosen.FixedSizeBytes + SizeOf(entries), (ref SpanWriter writer) =>
    {
        Chosen.WriteFixed(ref writer, new GetChosen(new EntryIndex(4), new EntryIndex(6), new Epoch(2)), new EntryIndex(9), entries.Length);
        WriteEntries(ref writer, entries);
    });

    private static int SizeOf(EntryHeader[] entries) => entries.Sum(header => EntryCodec.SizeOf(header, 3));

    private static void WriteEntries(ref SpanWriter writer, EntryHeader[] entries)
    {
        foreach (EntryHeader header in entries)
        {
            EntryCodec.Write(new EntryView(header, [1, 2, 3]), writer.Take(EntryCodec.SizeOf(header, 3)));
        }
    }

    private static void IsRefusedWhenCut(byte[] bytes, Reading read)
    {
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(read(new SpanReader(bytes.AsSpan(0, length))));
        }

        Assert.False(read(new SpanReader([.. bytes, 0])));
    }
}
