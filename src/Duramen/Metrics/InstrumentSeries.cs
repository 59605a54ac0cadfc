using System.Diagnostics.Metrics;

namespace Duramen.Metrics;

/// <summary>What one instrument has reported, apart for each set of tags. Safe to call from any thread.</summary>
internal sealed class InstrumentSeries
{
    /// <summary>More sets of tags than that are counted together: no client may make the node's memory grow by what it calls itself.</summary>
    private const int MaxSeries = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<SeriesKey, Series> _series = [];
    private readonly Series _rest;
    private readonly bool _isSum;
    private readonly bool _isHistogram;
    private readonly double[]? _bounds;

    public InstrumentSeries(Instrument instrument)
    {
        Instrument = instrument;
        Type type = instrument.GetType().GetGenericTypeDefinition();
        _isHistogram = type == typeof(Histogram<>);
        _isSum = type == typeof(Counter<>) || type == typeof(UpDownCounter<>);
        IsCounter = type == typeof(Counter<>) || type == typeof(ObservableCounter<>);
        _bounds = _isHistogram ? [.. (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? []] : null;
        _rest = new Series([new("other", "true")], _bounds);
    }

    public Instrument Instrument { get; }

    /// <summary>Whether the value only grows.</summary>
    public bool IsCounter { get; }

    public bool IsHistogram => _isHistogram;

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = new SeriesKey(
            tags.Length, tags.Length > 0 ? tags[0].Value : null, tags.Length > 1 ? tags[1].Value : null, tags.Length > 2 ? tags[2].Value : null);
        lock (_gate)
        {
            if (!_series.TryGetValue(key, out Series? series))
            {
                series = _rest;
                if (_series.Count < MaxSeries)
                {
                    series = new Series(tags.ToArray(), _bounds);
                    _series.Add(key, series);
                }
            }

            series.Record(value, _isSum || _isHistogram);
        }
    }

    /// <summary>A copy of what there is, in no particular order.</summary>
    public IReadOnlyList<Series> Read()
    {
        lock (_gate)
        {
            var copy = new List<Series>(_series.Count + 1);
            foreach (Series series in _series.Values)
            {
                copy.Add(series.Copy());
            }

            if (_rest.Count > 0)
            {
                copy.Add(_rest.Copy());
            }

            return copy;
        }
    }

    // Up to three tags, which is all that the node's instruments have; their names are the same in every report of one instrument.
    private readonly record struct SeriesKey(int Count, object? First, object? Second, object? Third);
}
