using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Recent;

/// <summary>
/// The keys of a table in order, made when somebody first needs the order, and brought up to date when somebody needs it again: new keys become a sorted piece, and pieces of similar
/// size become one. So a table that is never scanned is never sorted, and a scan after each put costs the logarithm of the table. Safe for several readers.
/// </summary>
internal sealed class SortedKeys(RecentTable table)
{
    private readonly Lock _gate = new();
    private int[][] _pieces = [];
    private int _count;

    /// <summary>Sorted pieces of all keys, which were put in this order.</summary>
    public IReadOnlyList<int[]> UpTo(ReadOnlySpan<int> keys)
    {
        lock (_gate)
        {
            if (keys.Length > _count)
            {
                var sort = new KeySort<TableKeys>(new TableKeys(table));
                int[] added = keys[_count..].ToArray();
                sort.Sort(added);
                var pieces = new List<int[]>(_pieces);
                while (pieces.Count > 0 && pieces[^1].Length <= 2 * added.Length)
                {
                    added = sort.Merge(pieces[^1], added);
                    pieces.RemoveAt(pieces.Count - 1);
                }

                pieces.Add(added);
                _pieces = [.. pieces];
                _count = keys.Length;
            }

            return _pieces;
        }
    }
}
