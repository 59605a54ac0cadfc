using Duramen.Broker.Connections;
using Duramen.Kafka;
using Duramen.Kafka.Wire;

namespace Duramen.Broker.Requests;

/// <summary>Serves one API with messages that are read and written as a whole.</summary>
internal abstract class ApiHandler<TRequest, TResponse> : IApiHandler
    where TRequest : IKafkaRequest<TRequest, TResponse>
    where TResponse : IKafkaResponse<TResponse>
{
    /// <inheritdoc/>
    public KafkaApi Api { get; } = KafkaApis.Get(TRequest.ApiKey);

    /// <inheritdoc/>
    public virtual int MaxRequestBytes => RequestLimits.OrdinaryRequestMaxBytes;

    /// <inheritdoc/>
    public virtual bool KeepsFrame => true;

    /// <inheritdoc/>
    public ValueTask<ResponseFrame?> StartAsync(ref KafkaReader reader, RequestContext context)
    {
        TRequest request = TRequest.Read(ref reader, context.Version);
        return AnswerAsync(request, context);
    }

    /// <summary>Does what the request asks; what goes wrong in a way that clients understand is part of the response.</summary>
    protected abstract ValueTask<TResponse> HandleAsync(TRequest request, RequestContext context);

    private async ValueTask<ResponseFrame?> AnswerAsync(TRequest request, RequestContext context)
    {
        TResponse response = await HandleAsync(request, context).ConfigureAwait(false);
        var frame = new ResponseFrame();
        KafkaFrames.WriteResponse(frame.Writer, response, context.Version, context.CorrelationId);
        return frame;
    }
}
