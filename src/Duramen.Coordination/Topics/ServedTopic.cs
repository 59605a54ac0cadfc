using Duramen.Log;

namespace Duramen.Coordination.Topics;

/// <summary>A topic whose logs are there. Immutable.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Logs">The log of each partition, by its number.</param>
public sealed record ServedTopic(Topic Topic, IReadOnlyList<ILog> Logs);
