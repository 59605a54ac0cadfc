namespace Duramen.Cli.Parsing;

/// <summary>What somebody may have meant who typed a word that does not exist.</summary>
internal static class NearestWord
{
    // One slip in a short word and one more for every four characters: "topc list" is near "topic list", and "list" is near nothing.
    private const int CharactersPerSlip = 4;

    /// <summary>The question that is put behind the message, or nothing where no word is near.</summary>
    public static string Ask(string typed, IEnumerable<string> known)
    {
        (string Word, int Slips) nearest = known.Select(word => (Word: word, Slips: Distance(typed, word))).MinBy(static candidate => candidate.Slips);
        return nearest.Word is not null && nearest.Slips <= Math.Max(1, typed.Length / CharactersPerSlip) ? $" Did you mean '{nearest.Word}'?" : "";
    }

    /// <summary>
    /// How many characters have to be put in, left out, replaced, or swapped with their neighbour, so that one text becomes the other (the optimal string
    /// alignment distance).
    /// </summary>
    private static int Distance(string from, string to)
    {
        int[,] least = new int[from.Length + 1, to.Length + 1];
        for (int row = 0; row <= from.Length; row++)
        {
            for (int column = 0; column <= to.Length; column++)
            {
                if (row == 0 || column == 0)
                {
                    least[row, column] = row + column;
                    continue;
                }

                int replaced = least[row - 1, column - 1] + (from[row - 1] == to[column - 1] ? 0 : 1);
                int moved = 1 + Math.Min(least[row - 1, column], least[row, column - 1]);
                bool isSwapped = row > 1 && column > 1 && from[row - 1] == to[column - 2] && from[row - 2] == to[column - 1];
                least[row, column] = Math.Min(Math.Min(replaced, moved), isSwapped ? least[row - 2, column - 2] + 1 : int.MaxValue);
            }
        }

        return least[from.Length, to.Length];
    }
}
