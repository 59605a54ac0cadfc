using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Waiting;

namespace Duramen.Client.Logs;

/// <summary>
/// What the answers of a cluster have told of how far a log reaches; nothing of it ever goes back. A remote log knows no more of its end than what is
/// committed: what a leader appended and has not committed is not told to clients.
/// </summary>
internal sealed class RemoteMarks
{
    private readonly Lock _lock = new();
    private Offset _start;
    private Offset _committed;

    /// <summary>Those who wait for more to be committed.</summary>
    public CommitWaiters Waiters { get; } = new(Offset.Zero);

    public LogWatermarks Now
    {
        get
        {
            lock (_lock)
            {
                return new LogWatermarks(_start, _committed, _committed, _committed);
            }
        }
    }

    /// <summary>Takes in what an answer told; -1 is what it did not tell.</summary>
    public void Learn(long start, long committed)
    {
        lock (_lock)
        {
            _start = Offset.Max(_start, new Offset(start));

            // Whatever was deleted was committed.
            _committed = Offset.Max(_committed, Offset.Max(_start, new Offset(committed)));
            committed = _committed.Value;
        }

        Waiters.Advance(new Offset(committed));
    }
}
