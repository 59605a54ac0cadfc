namespace Duramen.Cli.Bench;

/// <summary>By how much the working set of the process grows at most, looked at every 20 ms.</summary>
internal sealed class WorkingSetPeak : IDisposable
{
    private readonly long _start;
    private readonly Timer _timer;
    private long _peak;

    public WorkingSetPeak()
    {
        // The most that the collector can do: what was measured before leaves no room in which memory could grow unseen.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _start = Environment.WorkingSet;
        _peak = _start;
        _timer = new Timer(_ => Look(), null, 0, 20);
    }

    /// <summary>The growth until now, in MiB.</summary>
    public double Mebibytes
    {
        get
        {
            Look();
            return (double)(Volatile.Read(ref _peak) - _start) / (1 << 20);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look() => Volatile.Write(ref _peak, Math.Max(Volatile.Read(ref _peak), Environment.WorkingSet));
}
