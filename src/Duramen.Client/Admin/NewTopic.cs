namespace Duramen.Client.Admin;

/// <summary>A topic to be created.</summary>
/// <param name="Name">Its name.</param>
public sealed record NewTopic(string Name)
{
    /// <summary>The number of partitions; -1, the default, is the cluster's default.</summary>
    public int Partitions { get; init; } = -1;

    /// <summary>The number of copies of each partition; -1, the default, is the cluster's default.</summary>
    public short ReplicationFactor { get; init; } = -1;

    /// <summary>Settings, by Kafka's names; the others are the cluster's defaults.</summary>
    public IReadOnlyDictionary<string, string> Configs { get; init; } = new Dictionary<string, string>();
}
