using Duramen.State.Store.Runs;

namespace Duramen.State.Tests.Store.Runs;

/// <summary>The search among first words of keys.</summary>
public sealed class KeyWordsTests
{
    [Fact]
    public void As_many_words_are_below_a_word_as_counting_says()
    {
        var random = new Random(3);
        foreach (int count in (int[])[0, 1, 7, 8, 9, 63, 64, 65, 511, 512, 513, 3000])
        {
            // Few different words in half of the rounds, so that many are equal; and the ends of the range among them.
            for (ulong range = 20; range <= ulong.MaxValue / 2; range = range == 20 ? ulong.MaxValue / 2 : ulong.MaxValue)
            {
                ulong[] sorted = [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64() % range).Order()];
                if (count > 9)
                {
                    (sorted[0], sorted[^1]) = (0, ulong.MaxValue);
                }

                var words = new KeyWords(sorted);
                Assert.Equal(count, words.Count);
                foreach (ulong word in (ulong[])[0, 1, 10, ulong.MaxValue - 1, ulong.MaxValue, .. sorted, .. sorted.Select(static word => word + 1)])
                {
                    Assert.Equal(sorted.Count(other => other < word), words.CountBelow(word));
                }
            }
        }
    }
}
