namespace Duramen.State.Store;

/// <summary>
/// How many hold something; the first holder is there from the start. When the last lets go it is given back, and nobody can take hold of it any more. Safe for
/// several threads.
/// </summary>
internal sealed class References(Action release)
{
    private int _count = 1;

    /// <summary>Takes hold of it; false when everybody had let go.</summary>
    public bool TryAcquire()
    {
        int count = Volatile.Read(ref _count);
        while (count > 0)
        {
            int seen = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (seen == count)
            {
                return true;
            }

            count = seen;
        }

        return false;
    }

    /// <summary>Lets go of it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            release();
        }
    }
}
