namespace Duramen.State.Tables.Topics;

/// <summary>
/// A walk over several sorted sources side by side, which always stands at the one that comes first: a binary heap of their numbers. Of equals the lower number is first.
/// </summary>
/// <param name="count">How many sources there are.</param>
/// <param name="moveNext">Moves a source on; false behind its last.</param>
/// <param name="compare">The order of two sources by what they stand on.</param>
internal sealed class SideBySide(int count, Func<int, bool> moveNext, Comparison<int> compare)
{
    private readonly int[] _heap = new int[count];
    private int _count = -1;

    /// <summary>The source that comes first.</summary>
    public int Current => _heap[0];

    /// <summary>Moves the current source on, or at first all of them; false when all are behind their last.</summary>
    public bool MoveNext()
    {
        if (_count < 0)
        {
            Begin();
        }
        else if (_count > 0)
        {
            if (!moveNext(_heap[0]))
            {
                _heap[0] = _heap[--_count];
            }

            Sift(0);
        }

        return _count > 0;
    }

    private void Begin()
    {
        _count = 0;
        for (int source = 0; source < _heap.Length; source++)
        {
            if (moveNext(source))
            {
                _heap[_count++] = source;
            }
        }

        for (int place = (_count / 2) - 1; place >= 0; place--)
        {
            Sift(place);
        }
    }

    private void Sift(int place)
    {
        while (true)
        {
            int first = place;
            for (int child = (2 * place) + 1; child <= (2 * place) + 2 && child < _count; child++)
            {
                first = IsBefore(_heap[child], _heap[first]) ? child : first;
            }

            if (first == place)
            {
                return;
            }

            (_heap[place], _heap[first]) = (_heap[first], _heap[place]);
            place = first;
        }
    }

    private bool IsBefore(int left, int right)
    {
        int order = compare(left, right);
        return order < 0 || (order == 0 && left < right);
    }
}
