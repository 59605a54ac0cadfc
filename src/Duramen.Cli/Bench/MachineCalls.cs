namespace Duramen.Cli.Bench;

/// <summary>How long calls took that each waited for their answer.</summary>
/// <param name="Samples">Each of them.</param>
/// <param name="LongestPauseMs">The longest pause of the collector meanwhile.</param>
internal sealed record MachineCalls(Samples Samples, double LongestPauseMs)
{
    public double LongestMs => Samples.PercentileMs(1);
}
