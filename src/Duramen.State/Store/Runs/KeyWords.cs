namespace Duramen.State.Store.Runs;

/// <summary>
/// The first words of sorted keys, searched as a tree: above the words lies a level with every eighth of them, and so on, so that a search touches one line of the processor's
/// cache on each level, and all but the two lowest levels stay in its nearest caches. Immutable once made.
/// </summary>
internal sealed class KeyWords
{
    // As many words as a line has.
    private const int Fanout = 8;

    // The lowest level first, which is all words. On each other level are the last words of the groups of the level below.
    private readonly ulong[][] _levels;

    public KeyWords(ulong[] words)
    {
        var levels = new List<ulong[]> { words };
        while (words.Length > Fanout)
        {
            ulong[] above = new ulong[(words.Length + Fanout - 1) / Fanout];
            for (int group = 0; group < above.Length; group++)
            {
                above[group] = words[Math.Min(((group + 1) * Fanout) - 1, words.Length - 1)];
            }

            levels.Add(above);
            words = above;
        }

        _levels = [.. levels];
        foreach (ulong[] level in levels)
        {
            SizeBytes += level.LongLength * sizeof(ulong);
        }
    }

    public int Count => _levels[0].Length;

    /// <summary>The memory in use, in bytes.</summary>
    public long SizeBytes { get; }

    public ulong this[int index] => _levels[0][index];

    /// <summary>How many words are less than a word; they are the first ones.</summary>
    public int CountBelow(ulong word)
    {
        int found = 0;
        for (int level = _levels.Length - 1; level >= 0; level--)
        {
            ulong[] words = _levels[level];
            int start = found * Fanout;
            found = start;
            foreach (ulong other in words.AsSpan(start, Math.Min(Fanout, words.Length - start)))
            {
                // Added and not branched on: where the search goes cannot be foretold.
                found += other < word ? 1 : 0;
            }

            if (found == words.Length)
            {
                // The last word of a level is the last of all.
                return Count;
            }
        }

        return found;
    }
}
