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

    public static string Format(double value) => value switch
    {
        >= 100 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        _ => value.ToString("F3", CultureInfo.InvariantCulture),
    };
}
