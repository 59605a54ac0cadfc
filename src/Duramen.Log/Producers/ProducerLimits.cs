namespace Duramen.Log.Producers;

/// <summary>The fixed numbers of producer state, with the reasons for them.</summary>
public static class ProducerLimits
{
    /// <summary>
    /// The last batches of each producer that are recognised when they come again. Kafka's clients have at most five requests under way and count on
    /// exactly that many (KIP-98).
    /// </summary>
    public const int RememberedBatches = 5;

    /// <summary>
    /// The producers that one log remembers at most; the one that has been silent longest makes room. A producer takes about 110 bytes of each catalog,
    /// so that this is a mebibyte.
    /// </summary>
    public const int ProducersPerLog = 10_000;
}
