namespace Duramen.Kafka.Wire;

/// <summary>Whole frames: size, header, message.</summary>
public static class KafkaFrames
{
    /// <summary>Writes a request.</summary>
    /// <exception cref="KafkaWireException">The version does not exist, or cannot say what the request says; what was written is of no use.</exception>
    public static void WriteRequest<TRequest>(KafkaWriter writer, TRequest request, short version, int correlationId, string? clientId)
        where TRequest : IKafkaMessage<TRequest>
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(request);
        FrameStart start = writer.BeginFrame();
        new RequestHeader((short)TRequest.ApiKey, version, correlationId, clientId).Write(writer);
        request.Write(writer, version);
        writer.EndFrame(start);
    }

    /// <summary>Writes a response.</summary>
    /// <exception cref="KafkaWireException">The version does not exist, or cannot say what the response says; what was written is of no use.</exception>
    public static void WriteResponse<TResponse>(KafkaWriter writer, TResponse response, short version, int correlationId)
        where TResponse : IKafkaResponse<TResponse>
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(response);
        FrameStart start = writer.BeginFrame();
        new ResponseHeader(correlationId).Write(writer, KafkaApis.Get(TResponse.ApiKey), version);
        response.Write(writer, version);
        writer.EndFrame(start);
    }

    /// <summary>Reads a response from a frame, its size left out.</summary>
    /// <exception cref="KafkaWireException">The version does not exist, or the frame is no such response.</exception>
    public static TResponse ReadResponse<TResponse>(ReadOnlyMemory<byte> frame, short version, out int correlationId)
        where TResponse : IKafkaResponse<TResponse>
    {
        var reader = new KafkaReader(frame);
        correlationId = ResponseHeader.Read(ref reader, KafkaApis.Get(TResponse.ApiKey), version).CorrelationId;
        return TResponse.Read(ref reader, version);
    }
}
