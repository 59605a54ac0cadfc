namespace Duramen.Cli.Bench;

/// <summary>A figure that is measured in each run, alone or beside its baseline. It is one or the other for all of its runs.</summary>
/// <param name="name">What is measured.</param>
/// <param name="unit">Its unit.</param>
/// <param name="target">What the figure, or with a baseline its ratio, should reach, in words.</param>
internal sealed class BenchFigure(string name, string unit, string target = "")
{
    private readonly List<double> _values = [];
    private readonly List<double> _baselines = [];

    /// <summary>Adds what one run gave.</summary>
    public void Add(double value) => _values.Add(value);

    /// <summary>Adds what one run gave, and what a plain program gave in the same run.</summary>
    public void Add(double value, double baseline)
    {
        _values.Add(value);
        _baselines.Add(baseline);
    }

    /// <summary>The medians of all runs, with the smallest and the largest figure, or ratio where there is a baseline.</summary>
    public BenchRow ToRow()
    {
        bool isBeside = _baselines.Count > 0;
        List<double> spreadOf = isBeside ? [.. _values.Zip(_baselines, static (value, baseline) => value / baseline)] : _values;
        string spread = $"{BenchRow.Format(spreadOf.Min())}-{BenchRow.Format(spreadOf.Max())}";
        return new BenchRow(name, Median(_values), unit, isBeside ? Median(_baselines) : null, target, spread);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
