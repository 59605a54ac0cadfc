namespace Duramen.Log.Waiting;

/// <summary>Appends that wait because somebody holds the log (<see cref="IHoldableLog"/>). All members are safe to call from any thread.</summary>
/// <typeparam name="TAppend">What a log keeps of an append that it was asked for.</typeparam>
/// <param name="submit">Gives an append its place in the log; must not wait, and must not throw.</param>
public sealed class AppendHold<TAppend>(Action<TAppend> submit)
{
    private readonly Lock _gate = new();
    private readonly Queue<TAppend> _waiting = new();
    private volatile int _holders;

    /// <summary>Whether somebody holds the log at this moment.</summary>
    public bool IsHeld => _holders > 0;

    /// <summary>Leaves an append here when somebody holds the log, to be submitted later; false when nobody does.</summary>
    public bool TryHold(TAppend append)
    {
        if (_holders == 0)
        {
            return false;
        }

        lock (_gate)
        {
            if (_holders == 0)
            {
                return false;
            }

            _waiting.Enqueue(append);
            return true;
        }
    }

    /// <summary>Holds the log until what this returns is disposed.</summary>
    public IDisposable Hold()
    {
        lock (_gate)
        {
            _holders++;
        }

        return new Holder(this);
    }

    private void LetGo()
    {
        lock (_gate)
        {
            if (_holders == 1)
            {
                // Whoever comes now waits at the gate, so that those who came before go first.
                while (_waiting.TryDequeue(out TAppend? append))
                {
                    submit(append);
                }
            }

            _holders--;
        }
    }

    private sealed class Holder(AppendHold<TAppend> hold) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                hold.LetGo();
            }
        }
    }
}
