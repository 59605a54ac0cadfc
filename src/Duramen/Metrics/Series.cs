namespace Duramen.Metrics;

/// <summary>The reports of one instrument with one set of tags. Guarded by whoever keeps it.</summary>
/// <param name="tags">The tags.</param>
/// <param name="bounds">The upper bounds of the buckets, for a histogram; another bucket above the last counts the rest.</param>
internal sealed class Series(IReadOnlyList<KeyValuePair<string, object?>> tags, double[]? bounds)
{
    private readonly long[] _buckets = bounds is null ? [] : new long[bounds.Length + 1];

    public IReadOnlyList<KeyValuePair<string, object?>> Tags => tags;

    public IReadOnlyList<double> Bounds => bounds ?? [];

    /// <summary>How many reports each bucket has, those of lower buckets not included.</summary>
    public IReadOnlyList<long> Buckets => _buckets;

    /// <summary>The last value reported, or the sum of all.</summary>
    public double Value { get; private set; }

    public long Count { get; private set; }

    public void Record(double value, bool isSum)
    {
        Value = isSum ? Value + value : value;
        Count++;
        if (bounds is not null)
        {
            int index = Array.BinarySearch(bounds, value);
            _buckets[index >= 0 ? index : ~index]++;
        }
    }

    public Series Copy()
    {
        var copy = new Series(tags, bounds) { Value = Value, Count = Count };
        _buckets.CopyTo(copy._buckets, 0);
        return copy;
    }
}
