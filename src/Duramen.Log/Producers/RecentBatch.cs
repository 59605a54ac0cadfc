namespace Duramen.Log.Producers;

/// <summary>A batch that may still be taken back.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="AppendedMs">When it was taken in, in milliseconds since 1970.</param>
public readonly record struct RecentBatch(ProducerBatch Batch, long AppendedMs);
