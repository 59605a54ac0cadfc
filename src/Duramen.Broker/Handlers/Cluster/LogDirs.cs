namespace Duramen.Broker.Handlers.Cluster;

/// <summary>Where the partitions of this broker are, as clients are told.</summary>
internal static class LogDirs
{
    /// <summary>The one place that all of them are in. What it is called on the machine is not a client's business.</summary>
    public const string Only = "data";
}
