using System.Diagnostics;

namespace Duramen.Cli.Bench;

/// <summary>Latencies of one measurement and the time it took in all, of all its turns when it has several. One thread adds; merge those of several threads afterwards.</summary>
internal sealed class Samples(int capacity)
{
    private readonly List<long> _ticks = new(capacity);
    private long _began;
    private bool _isSorted;

    public double Seconds { get; private set; }

    public int Count => _ticks.Count;

    public double PerSecond => Count / Seconds;

    public void Start() => _began = Stopwatch.GetTimestamp();

    public void Stop() => Seconds += Stopwatch.GetElapsedTime(_began).TotalSeconds;

    /// <summary>Adds the time since a timestamp.</summary>
    public void Add(long beganTimestamp) => _ticks.Add(Stopwatch.GetTimestamp() - beganTimestamp);

    public void Merge(Samples other)
    {
        _ticks.AddRange(other._ticks);
        _isSorted = false;
    }

    /// <summary>The latency that a part of the samples does not exceed, in milliseconds.</summary>
    public double PercentileMs(double part)
    {
        if (!_isSorted)
        {
            _ticks.Sort();
            _isSorted = true;
        }

        return _ticks.Count == 0 ? 0 : _ticks[(int)Math.Min(_ticks.Count - 1, part * _ticks.Count)] * 1000.0 / Stopwatch.Frequency;
    }
}
