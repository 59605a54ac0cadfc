using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Log.Producers;
using Xunit;

namespace Duramen.Log.Tests.Producers;

public sealed class ProducerLedgerTests
{
    private static readonly ProducerId Nine = new(9);

    private readonly ProducerLedger _ledger = new(producersMax: 4);
    private long _end;

    [Fact]
    public void A_producer_that_is_not_known_may_begin_anywhere()
    {
        Assert.Equal(AppendStatus.Appended, Ask(Nine, 3, 1234, 5).Status);
    }

    [Fact]
    public void The_next_batch_fits_and_any_other_leaves_a_gap()
    {
        Fold(Nine, 0, 0, 3);

        Assert.Equal(AppendStatus.Appended, Ask(Nine, 0, 3, 1).Status);
        foreach (int sequence in (int[])[1, 2, 4, int.MaxValue])
        {
            AppendOutcome answer = Ask(Nine, 0, sequence, 1);
            Assert.Equal((AppendStatus.SequenceGap, new ProducerPosition(Nine, 0, 3)), (answer.Status, answer.Producer));
        }
    }

    [Fact]
    public void Each_of_the_last_five_batches_is_a_duplicate_with_its_own_offsets_and_the_sixth_is_forgotten()
    {
        for (int batch = 0; batch < 6; batch++)
        {
            Fold(Nine, 0, batch * 10, 10);
        }

        Assert.Equal(AppendStatus.SequenceGap, Ask(Nine, 0, 0, 10).Status);
        for (int batch = 1; batch < 6; batch++)
        {
            AppendOutcome answer = Ask(Nine, 0, batch * 10, 10);
            Assert.Equal((AppendStatus.Duplicate, new AppendResult(At(batch * 10), At((batch * 10) + 10), IsDuplicate: true)), (answer.Status, answer.Result));
        }
    }

    [Fact]
    public void A_batch_that_only_begins_or_ends_like_one_before_is_no_duplicate()
    {
        Fold(Nine, 0, 0, 10);
        Fold(Nine, 0, 10, 10);

        Assert.Equal(AppendStatus.SequenceGap, Ask(Nine, 0, 10, 9).Status);
        Assert.Equal(AppendStatus.SequenceGap, Ask(Nine, 0, 11, 9).Status);
        Assert.Equal(AppendStatus.SequenceGap, Ask(Nine, 0, 0, 20).Status);
    }

    [Fact]
    public void An_older_epoch_is_fenced_whatever_its_sequence_is()
    {
        Fold(Nine, 4, 0, 1);
        Fold(Nine, 5, 0, 1);

        AppendOutcome answer = Ask(Nine, 4, 0, 1);
        Assert.Equal((AppendStatus.ProducerFenced, new ProducerPosition(Nine, 5, 1)), (answer.Status, answer.Producer));
        Assert.Equal(AppendStatus.ProducerFenced, Ask(Nine, 4, 1, 1).Status);
    }

    [Fact]
    public void A_new_epoch_begins_at_0_and_forgets_the_batches_of_the_old_one()
    {
        Fold(Nine, 0, 0, 5);

        Assert.Equal(AppendStatus.SequenceGap, Ask(Nine, 1, 5, 1).Status);
        Assert.Equal(AppendStatus.Appended, Ask(Nine, 1, 0, 5).Status);
        Fold(Nine, 1, 0, 5);
        Assert.Equal(At(5), Ask(Nine, 1, 0, 5).Result.BaseOffset);
    }

    [Fact]
    public void After_the_largest_sequence_number_comes_0_also_inside_a_batch()
    {
        Fold(Nine, 0, int.MaxValue - 1, 2);
        Assert.Equal(AppendStatus.Appended, Ask(Nine, 0, 0, 1).Status);

        Fold(new ProducerId(10), 0, int.MaxValue - 1, 5);
        Assert.Equal(AppendStatus.Appended, Ask(new ProducerId(10), 0, 3, 1).Status);
        Assert.Equal(AppendStatus.Duplicate, Ask(new ProducerId(10), 0, int.MaxValue - 1, 5).Status);
    }

    [Fact]
    public void A_marker_is_held_to_its_epoch_only_and_raises_it()
    {
        Fold(Nine, 2, 0, 5);

        Assert.Equal(AppendStatus.Appended, Ask(Nine, 2, -1, 1).Status);
        Assert.Equal(AppendStatus.ProducerFenced, Ask(Nine, 1, -1, 1).Status);
        Fold(Nine, 3, -1, 1);
        Assert.Equal(AppendStatus.ProducerFenced, Ask(Nine, 2, 5, 1).Status);
        Assert.Equal(AppendStatus.SequenceGap, Ask(Nine, 3, 5, 1).Status);
        Assert.Equal(AppendStatus.Appended, Ask(Nine, 3, 0, 1).Status);
    }

    [Fact]
    public void The_fence_does_not_go_back_for_a_batch_that_got_in_unchecked()
    {
        Fold(Nine, 3, 0, 5);
        Fold(Nine, 1, 0, 5);

        Assert.Equal(AppendStatus.Appended, Ask(Nine, 3, 5, 1).Status);
        Assert.Equal(AppendStatus.ProducerFenced, Ask(Nine, 1, 5, 1).Status);
    }

    [Fact]
    public void Producers_are_remembered_up_to_a_number_and_the_one_that_was_silent_longest_makes_room()
    {
        for (int producer = 0; producer < 4; producer++)
        {
            Fold(new ProducerId(producer), 0, 0, 1);
        }

        Fold(new ProducerId(0), 0, 1, 1);
        Fold(new ProducerId(4), 0, 0, 1);

        Assert.Equal([2, 3, 0, 4], _ledger.Producers.Select(entry => entry.Producer.Value));
        Assert.Null(_ledger.Find(new ProducerId(1)));
    }

    [Fact]
    public void Silent_producers_are_those_before_a_moment_and_below_an_offset()
    {
        Fold(new ProducerId(0), 0, 0, 10, nowMs: 100);
        Fold(new ProducerId(1), 0, 0, 10, nowMs: 200);
        Fold(new ProducerId(2), 0, 0, 10, nowMs: 300);

        Assert.Equal([new ProducerId(0), new ProducerId(1)], _ledger.FindSilent(300, At(30)));
        Assert.Equal([new ProducerId(0)], _ledger.FindSilent(300, At(19)));
        Assert.Empty(_ledger.FindSilent(100, At(30)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_random_history_gives_what_a_list_of_all_batches_gives(ulong seed)
    {
        var random = new Prng(seed);
        var twin = new ProducerTwin(producersMax: 4);
        ProducerLedger ledger = _ledger;
        for (int step = 0; step < 5_000; step++)
        {
            ProducerBatch[] run = NewRun(random, twin);
            (AppendStatus status, AppendResult stored) = twin.Judge(run);
            AppendOutcome answer = Ask(ledger, run);
            Assert.Equal((status, stored), (answer.Status, answer.Result));

            // Now and then something is taken in unchecked, as a replica does.
            if (status == AppendStatus.Appended || random.NextBool(0.05))
            {
                foreach (ProducerBatch batch in run)
                {
                    ProducerBatch placed = batch with { Place = batch.Place with { BaseOffset = At(_end) } };
                    _end += batch.Place.Count;
                    ledger.Fold(placed, step);
                    twin.Append(placed);
                }
            }

            if (random.NextInt32(50) == 0 && twin.Known.Count > 0)
            {
                ProducerId forgotten = twin.Known[random.NextInt32(twin.Known.Count)];
                twin.Forget(forgotten);
                ledger.Remove(forgotten);
            }

            ledger = random.NextInt32(20) == 0 ? ledger.Copy() : ledger;
            Assert.Equal(twin.Known, ledger.Producers.Select(entry => entry.Producer));
            foreach (ProducerEntry entry in ledger.Producers)
            {
                Assert.Equal(twin.RememberedOf(entry.Producer), entry.Remembered.ToArray());
                Assert.Equal((twin.EpochOf(entry.Producer), twin.NextOf(entry.Producer)), (entry.Epoch, entry.NextSequence));
            }
        }
    }

    // The next batches of a producer more often than not; else a repetition, an older or newer epoch, or anything.
    private static ProducerBatch[] NewRun(Prng random, ProducerTwin twin)
    {
        var producer = new ProducerId(random.NextInt32(6));
        bool isKnown = twin.Known.Contains(producer);
        short epoch = (short)(isKnown ? Math.Max(0, twin.EpochOf(producer) + random.Pick([0, 0, 0, 0, 0, 0, 1, -1])) : random.NextInt32(3));
        SequenceRange[] remembered = isKnown ? [.. twin.RememberedOf(producer)] : [];
        if (remembered.Length > 0 && random.NextInt32(4) == 0)
        {
            int first = random.NextInt32(remembered.Length);
            int last = first + random.NextInt32(remembered.Length - first);
            SequenceRange[] again = remembered[first..(last + 1)];
            if (again.Zip(again[1..]).All(pair => pair.First.Next == pair.Second.First))
            {
                return [.. again.Select(place => new ProducerBatch(producer, epoch, place))];
            }
        }

        int sequence = random.NextInt32(10) switch
        {
            0 => 0,
            1 => random.NextInt32(20),
            2 => -1,
            3 => int.MaxValue - random.NextInt32(4),
            _ => isKnown ? twin.NextOf(producer) : int.MaxValue - random.NextInt32(40),
        };
        var run = new ProducerBatch[sequence < 0 ? 1 : 1 + (random.NextInt32(3) == 0 ? random.NextInt32(5) : 0)];
        for (int batch = 0; batch < run.Length; batch++)
        {
            int count = 1 + random.NextInt32(3);
            run[batch] = new ProducerBatch(producer, epoch, new SequenceRange(sequence, count, default));
            sequence = (int)(((long)sequence + count) % (1L + int.MaxValue));
        }

        return run;
    }

    private static Offset At(long offset) => new(offset);

    private static AppendOutcome Ask(ProducerLedger ledger, params ProducerBatch[] run)
    {
        var asked = new ProducerRun(run[0].Producer, run[0].Epoch, run[0].Place.First, run.Sum(batch => (long)batch.Place.Count), run.Length);
        return ledger.TryAnswer(asked, default, out AppendOutcome answer) ? answer : new AppendOutcome(AppendStatus.Appended, default, default);
    }

    private AppendOutcome Ask(ProducerId producer, short epoch, int sequence, int count) =>
        Ask(_ledger, new ProducerBatch(producer, epoch, new SequenceRange(sequence, count, default)));

    private void Fold(ProducerId producer, short epoch, int sequence, int count, long nowMs = 0)
    {
        _ledger.Fold(new ProducerBatch(producer, epoch, new SequenceRange(sequence, count, At(_end))), nowMs);
        _end += count;
    }
}
