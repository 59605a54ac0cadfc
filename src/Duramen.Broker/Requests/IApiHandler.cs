using Duramen.Broker.Connections;
using Duramen.Kafka;
using Duramen.Kafka.Wire;

namespace Duramen.Broker.Requests;

/// <summary>Serves one API. That one is registered is what makes ApiVersions advertise it.</summary>
internal interface IApiHandler
{
    /// <summary>The API.</summary>
    KafkaApi Api { get; }

    /// <summary>The largest request of this kind, in bytes; within the limit of the connection.</summary>
    int MaxRequestBytes => RequestLimits.OrdinaryRequestMaxBytes;

    /// <summary>Whether a request may start while others of this API are under way on the same connection.</summary>
    bool MayOverlap => false;

    /// <summary>
    /// Whether a request's memory is needed until its answer is there. Of one that may wait for long, for records or for other clients, it is given back
    /// when <see cref="StartAsync"/> returns, so that those who wait do not use up what all requests share.
    /// </summary>
    bool KeepsFrame => true;

    /// <summary>
    /// Starts a request. What it decides about order, it decides before it returns.
    /// </summary>
    /// <exception cref="KafkaWireException">The request does not decode.</exception>
    ValueTask<ResponseFrame?> StartAsync(ref KafkaReader reader, RequestContext context);
}
