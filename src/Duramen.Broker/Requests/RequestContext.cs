using Duramen.Broker.Connections;
using Duramen.Coordination.Notes;
using Duramen.Kafka;

namespace Duramen.Broker.Requests;

/// <summary>Who sent a request, how, and for how long anybody waits for its answer.</summary>
/// <param name="Connection">The connection it came over.</param>
/// <param name="Api">The API.</param>
/// <param name="Version">The version of the request, one that the API has.</param>
/// <param name="CorrelationId">What the response repeats.</param>
/// <param name="ClientId">What the client calls itself; empty when it does not say.</param>
internal sealed record RequestContext(ClientConnection Connection, KafkaApi Api, short Version, int CorrelationId, string ClientId)
{
    /// <summary>Who the client is, as far as anybody checked: nobody does yet, and everybody may do everything.</summary>
    public static string Principal => "User:ANONYMOUS";

    /// <summary>Who the client is when it appends.</summary>
    public Appender Appender => new(ClientId, Principal, Connection.ClientHost);

    /// <summary>Cancelled when nobody waits for the answer any more.</summary>
    public CancellationToken Gone => Connection.Gone;
}
