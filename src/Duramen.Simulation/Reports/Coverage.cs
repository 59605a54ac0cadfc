namespace Duramen.Simulation.Reports;

/// <summary>How often each situation came up.</summary>
public sealed class Coverage
{
    private readonly long[] _counts = new long[Enum.GetValues<Situation>().Length];

    /// <summary>How many situations came up at all.</summary>
    public int Hit => _counts.Count(count => count > 0);

    /// <summary>How many there are.</summary>
    public int Total => _counts.Length;

    /// <summary>Those that never came up.</summary>
    public IEnumerable<Situation> Missed => Enum.GetValues<Situation>().Where(situation => this[situation] == 0);

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
