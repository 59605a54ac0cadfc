using System.Globalization;

namespace Duramen.Cli.Bench;

/// <summary>One figure of a benchmark beside what the machine gives without Duramen, both medians of the same runs.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Baseline">The plain program's figure in the same unit; null where there is none.</param>
/// <param name="Target">What the figure, or with a baseline its ratio, should reach, in words.</param>
/// <param name="Spread">Smallest and largest of the runs.</param>
internal sealed record BenchRow(string Name, double Value, string Unit, double? Baseline, string Target, string Spread)
{
    public double? Ratio => Baseline is double baseline && baseline > 0 ? Value / baseline : null;

    /// <summary>The median of runs of one figure, with its baseline measured in each of the same runs.</summary>
    public static BenchRow Of(string name, string unit, string target, IReadOnlyList<double> values, IReadOnlyList<double>? baselines = null)
    {
        IReadOnlyList<double> spreadOf = baselines is null ? values : [.. values.Zip(baselines, (value, baseline) => value / baseline)];
        return new BenchRow(name, Median(values), unit, baselines is null ? null : Median(baselines), target, $"{Format(spreadOf.Min())}-{Format(spreadOf.Max())}");
    }

    public static string Format(double value) => value switch
    {
        >= 100 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        _ => value.ToString("F3", CultureInfo.InvariantCulture),
    };

    private static double Median(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);
}
