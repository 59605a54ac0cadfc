using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Log.Producers;
using Xunit;

namespace Duramen.Log.Tests.Producers;

public sealed class ProducerHistoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_left_of_a_random_history_is_the_fold_of_the_batches_that_are_left(ulong seed)
    {
        var random = new Prng(seed);
        var history = new ProducerHistory();
        List<RecentBatch> left = [];
        long committed = 0;
        long end = 0;
        for (int step = 0; step < 3_000; step++)
        {
            switch (random.NextInt32(20))
            {
                case < 14:
                    ProducerBatch batch = new(
                        new ProducerId(random.NextInt32(4)), (short)(step / 500), new SequenceRange(random.NextInt32(50) - 1, 1 + random.NextInt32(3), new Offset(end)));
                    end = batch.Place.NextOffset.Value;
                    history.Add(batch, step);
                    left.Add(new RecentBatch(batch, step));
                    break;
                case < 17:
                    committed = random.NextInt64(committed, end + 1);
                    history.Settle(new Offset(committed));
                    break;
                case < 19:
                    long cut = random.NextInt64(committed, end + 1);
                    left.RemoveAll(recent => recent.Batch.Place.NextOffset.Value > cut && recent.Batch.Place.BaseOffset.Value >= committed);
                    end = left.Count == 0 ? committed : Math.Max(committed, left[^1].Batch.Place.NextOffset.Value);
                    history.Truncate(new Offset(end));
                    break;
                default:
                    var forgotten = new ProducerId(random.NextInt32(4));
                    left.RemoveAll(recent => recent.Batch.Producer == forgotten);
                    history.Forget(new HashSet<ProducerId> { forgotten });
                    break;
            }

            var expected = new ProducerLedger();
            left.ForEach(recent => expected.Fold(recent.Batch, recent.AppendedMs));
            Assert.Equal(Describe(expected), Describe(history.ToLedger(new Offset(end))));
            Assert.Equal(Describe(expected), Describe(history.Copy().ToLedger(new Offset(end))));
            Assert.Equal(expected.Count == 0, history.IsEmpty);
        }
    }

    private static IEnumerable<string> Describe(ProducerLedger ledger) => ledger.Producers.Select(entry =>
        $"{entry.Producer} {entry.Epoch} {entry.NextOffset} {entry.LastActiveMs} {string.Join(',', entry.Remembered.ToArray())}");
}
