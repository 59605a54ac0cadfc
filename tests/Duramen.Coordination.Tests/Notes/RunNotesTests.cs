using Duramen.Coordination.Notes;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Records.Batches;

namespace Duramen.Coordination.Tests.Notes;

public sealed class RunNotesTests
{
    private static readonly NotedPartition Partition = new(new Guid("11111111-2222-3333-4444-555555555555"), 3);
    private static readonly Appender A = new("a", "User:ANONYMOUS", "10.0.0.1");
    private static readonly Appender B = new("b", "User:ANONYMOUS", "10.0.0.2");

    [Fact]
    public void A_note_is_needed_only_when_who_appends_under_a_producer_id_changes()
    {
        var notes = new RunNotes(Partition, Offset.Zero);
        Assert.NotNull(notes.Tell(new Offset(0), new Offset(5), ProducerId.None, A));
        Assert.Null(notes.Tell(new Offset(5), new Offset(6), ProducerId.None, A));
        Assert.NotNull(notes.Tell(new Offset(6), new Offset(7), new ProducerId(1), B));
        Assert.Null(notes.Tell(new Offset(7), new Offset(8), ProducerId.None, A));
        Assert.Null(notes.Tell(new Offset(8), new Offset(9), new ProducerId(1), B with { }));
        Assert.NotNull(notes.Tell(new Offset(9), new Offset(10), ProducerId.None, B));
        Assert.NotNull(notes.Tell(new Offset(10), new Offset(11), new ProducerId(1), B with { Address = "10.0.0.3" }));
    }

    [Fact]
    public void Whoever_sends_a_batch_again_did_not_append_it()
    {
        var notes = new RunNotes(Partition, Offset.Zero);
        NoteBook book = Book(
        [
            notes.Tell(new Offset(0), new Offset(5), new ProducerId(1), A),
            notes.TellAgain(new Offset(0), new Offset(5), new ProducerId(1), B),
            notes.Cover(),
        ]);
        Assert.Equal(A, book.Find(Partition, Offset.Zero, new ProducerId(1), out bool isConfirmed));
        Assert.True(isConfirmed);
        Assert.Null(notes.TellAgain(new Offset(0), new Offset(5), new ProducerId(1), A));

        // A broker that started anew does not know the first, whose note may have been lost.
        var later = new RunNotes(Partition, new Offset(5));
        Assert.Equal(B, Book([later.TellAgain(new Offset(0), new Offset(5), new ProducerId(1), B)]).Find(Partition, Offset.Zero, new ProducerId(1), out _));
    }

    [Fact]
    public void Where_notes_were_turned_off_nobody_is_named()
    {
        var notes = new RunNotes(Partition, Offset.Zero);
        NoteBook book = Book(
        [
            notes.Tell(new Offset(0), new Offset(5), ProducerId.None, A),
            notes.Tell(new Offset(5), new Offset(6), ProducerId.None, Appender.Unknown),
            notes.Tell(new Offset(6), new Offset(7), ProducerId.None, A),
        ]);
        Assert.Null(book.Find(Partition, new Offset(5), ProducerId.None, out _));
        Assert.Equal(A, book.Find(Partition, new Offset(6), ProducerId.None, out _));
        Assert.Null(book.Find(Partition with { Partition = 4 }, new Offset(6), ProducerId.None, out _));
    }

    [Fact]
    public void Whatever_order_batches_are_told_in_the_notes_say_who_appended_each_and_after_a_crash_never_confirm_a_wrong_one()
    {
        for (ulong seed = 0; seed < 300; seed++)
        {
            var prng = new Prng(seed);
            List<NoteRecord> log = [];
            List<Batch> batches = [];
            long end = 0;
            for (int session = 0; session < 3; session++)
            {
                List<Batch> sent = [];
                var notes = new RunNotes(Partition, new Offset(end));
                for (int index = 0; index < 40; index++)
                {
                    long size = 1 + Below(prng, 3);
                    sent.Add(new Batch(end, end + size, new ProducerId(Below(prng, 3) - 1), Below(prng, 2) == 0 ? A : B));
                    end += size;
                }

                // Answers to appends that end together come in any order.
                Batch[] told = [.. sent.OrderBy(batch => batch.From + Below(prng, 8))];
                int crash = Below(prng, 2) == 0 ? told.Length : Below(prng, told.Length);
                var noted = new HashSet<Batch>();
                int kept = log.Count;
                foreach (Batch batch in told[..crash])
                {
                    if (notes.Tell(new Offset(batch.From), new Offset(batch.To), batch.Producer, batch.Appender) is { } note)
                    {
                        log.Add(note);
                    }

                    noted.Add(batch);
                    if (notes.IsCoverable && Below(prng, 4) == 0)
                    {
                        log.Add(notes.Cover());
                        kept = log.Count;
                    }
                }

                if (crash == told.Length)
                {
                    Assert.All(sent, batch => Assert.Equal(batch.Appender, Book([.. log]).Find(Partition, new Offset(batch.From), batch.Producer, out _)));
                }
                else
                {
                    // Of the notes after the last that covers any part from the end may be lost.
                    log.RemoveRange(kept, log.Count - kept > 0 ? Below(prng, log.Count - kept + 1) : 0);
                }

                batches.AddRange(sent);
            }

            NoteBook book = Book([.. log]);
            foreach (Batch batch in batches)
            {
                Appender? found = book.Find(Partition, new Offset(batch.From), batch.Producer, out bool isConfirmed);
                Assert.True(!isConfirmed || found == batch.Appender, $"seed {seed}, offset {batch.From}");
            }
        }
    }

    [Fact]
    public void A_client_id_of_any_length_fits_a_note()
    {
        string name = new string('x', ProducerNote.MaxTextLength - 1) + "\U0001F600 and more";
        NoteBook book = Book([new RunNotes(Partition, Offset.Zero).Tell(Offset.Zero, new Offset(1), ProducerId.None, A with { ClientId = name })]);
        Assert.Equal(name[..(ProducerNote.MaxTextLength - 1)], book.Find(Partition, Offset.Zero, ProducerId.None, out _)!.ClientId);
    }

    [Fact]
    public void A_record_that_is_no_note_is_refused()
    {
        NoteRecord note = new RunNotes(Partition, Offset.Zero).Tell(Offset.Zero, new Offset(1), ProducerId.None, A)!.Value;
        for (int length = 0; length < note.Key.Length; length++)
        {
            Assert.Throws<BinaryFormatException>(() => Book([note with { Key = note.Key[..length] }]));
        }

        for (int length = 0; length < note.Value.Length; length++)
        {
            Assert.Throws<BinaryFormatException>(() => Book([note with { Value = note.Value[..length] }]));
        }

        Assert.Throws<BinaryFormatException>(() => Book([note with { Key = [0, 99, .. note.Key[2..]] }]));
        Assert.Throws<BinaryFormatException>(() => Book([note with { Value = [0, 99, .. note.Value[2..]] }]));
    }

    private static int Below(Prng prng, int bound) => (int)(prng.NextUInt64() % (ulong)bound);

    private static NoteBook Book(IReadOnlyList<NoteRecord?> notes)
    {
        var book = new NoteBook(_ => true);
        foreach (NoteRecord note in notes.OfType<NoteRecord>())
        {
            using RecordBatchBuilder builder = new();
            builder.Append(0, note.Key, note.Value);
            RecordBatchView.TryRead(builder.Build().Span, out RecordBatchView batch);
            var reader = new RecordReader(batch, batch.RecordsBytes);
            Assert.True(reader.TryRead(out RecordView record));
            book.Add(record);
        }

        return book;
    }

    private sealed record Batch(long From, long To, ProducerId Producer, Appender Appender);
}
