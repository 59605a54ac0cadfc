namespace Duramen.Cli.Bench;

/// <summary>The longest time for which the collector held every thread, looked at every millisecond by a thread of its own; two pauses between two looks count as one.</summary>
internal sealed class CollectorPauses : IDisposable
{
    private readonly Thread _thread;
    private TimeSpan _seen = GC.GetTotalPauseDuration();
    private TimeSpan _longest;
    private volatile bool _isOver;

    public CollectorPauses()
    {
        _thread = new Thread(Watch) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends the watch, and says how long the longest pause was.</summary>
    public double EndMs()
    {
        Dispose();
        Look();
        return _longest.TotalMilliseconds;
    }

    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
    }

    private void Watch()
    {
        while (!_isOver)
        {
            Look();
            Thread.Sleep(1);
        }
    }

    private void Look()
    {
        TimeSpan total = GC.GetTotalPauseDuration();
        _longest = total - _seen > _longest ? total - _seen : _longest;
        _seen = total;
    }
}
