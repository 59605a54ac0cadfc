namespace Duramen.Simulation.Reports;

/// <summary>How often each situation came up.</summary>
public sealed class Coverage
{
    private readonly long[] _counts = new long[Enum.GetValues<Situation>().Length];

    /// <summary>How often one came up.</summary>
    public long this[Situation situation] => _counts[(int)situation];

    internal void Count(Situation situation) => _counts[(int)situation]++;

    internal void Add(Coverage other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }
}
