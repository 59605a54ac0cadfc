namespace Duramen.Client.Producers;

/// <summary>What a producer's sender knows of one broker.</summary>
internal sealed class BrokerPipe
{
    /// <summary>Requests under way.</summary>
    public int InFlight { get; set; }

    /// <summary>Whether a connection is being made.</summary>
    public bool IsConnecting { get; set; }

    /// <summary>Connections that failed in a row.</summary>
    public int Failures { get; set; }

    /// <summary>Before then no connection is tried, in the producer's milliseconds.</summary>
    public long NotBeforeMs { get; set; }

    /// <summary>The request that is being put together in this round.</summary>
    public ProduceCall? Open { get; set; }
}
