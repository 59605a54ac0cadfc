using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace Duramen.Kafka.Wire;

/// <summary>Whole frames: size, header, message.</summary>
public static class KafkaFrames
{
    /// <summary>The size that stands before every frame, in bytes; it does not count itself.</summary>
    public const int SizePrefixBytes = sizeof(int);

    /// <summary>Takes the first frame off what has come in; false when it is not all there yet, and nothing is taken.</summary>
    /// <param name="input">What has come in and was not taken yet.</param>
    /// <param name="maxSizeBytes">The largest frame to wait for, in bytes.</param>
    /// <param name="frame">The frame, its size left out; it is part of the input's memory.</param>
    /// <exception cref="KafkaWireException">The size is negative or above the limit: whoever sends this speaks another protocol, or asks for too much.</exception>
    public static bool TryTake(ref ReadOnlySequence<byte> input, int maxSizeBytes, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (input.Length < SizePrefixBytes)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[SizePrefixBytes];
        input.Slice(0, SizePrefixBytes).CopyTo(prefix);
        int size = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (size < 0)
        {
            throw new KafkaWireException(WireErrors.Malformed, "frame", "", 0, string.Create(CultureInfo.InvariantCulture, $"size {size} is negative"));
        }

        if (size > maxSizeBytes)
        {
            throw new KafkaWireException(
                WireErrors.TooLarge, "frame", "", 0, string.Create(CultureInfo.InvariantCulture, $"size {size} is above the limit of {maxSizeBytes} bytes"));
        }

        if (input.Length - SizePrefixBytes < size)
        {
            return false;
        }

        frame = input.Slice(SizePrefixBytes, size);
        input = input.Slice(frame.End);
        return true;
    }

    /// <summary>Writes a request.</summary>
    /// <exception cref="KafkaWireException">The version does not exist, or cannot say what the request says; nothing is written then.</exception>
    public static void WriteRequest<TRequest>(KafkaWriter writer, TRequest request, short version, int correlationId, string? clientId)
        where TRequest : IKafkaMessage<TRequest>
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(request);
        FrameStart start = writer.BeginFrame();
        try
        {
            new RequestHeader((short)TRequest.ApiKey, version, correlationId, clientId).Write(writer);
            request.Write(writer, version);
            writer.EndFrame(start);
        }
        catch
        {
            writer.TakeBack(start);
            throw;
        }
    }

    /// <summary>Writes a response.</summary>
    /// <exception cref="KafkaWireException">The version does not exist, or cannot say what the response says; nothing is written then.</exception>
    public static void WriteResponse<TResponse>(KafkaWriter writer, TResponse response, short version, int correlationId)
        where TResponse : IKafkaResponse<TResponse>
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(response);
        FrameStart start = writer.BeginFrame();
        try
        {
            new ResponseHeader(correlationId).Write(writer, KafkaApis.Get(TResponse.ApiKey), version);
            response.Write(writer, version);
            writer.EndFrame(start);
        }
        catch
        {
            writer.TakeBack(start);
            throw;
        }
    }

    /// <summary>Reads a response from a frame, its size left out.</summary>
    /// <exception cref="KafkaWireException">The version does not exist, or the frame is no such response.</exception>
    public static TResponse ReadResponse<TResponse>(ReadOnlyMemory<byte> frame, short version, out int correlationId, bool ignoresRest = false)
        where TResponse : IKafkaResponse<TResponse>
    {
        var reader = new KafkaReader(frame) { IgnoresRest = ignoresRest };
        correlationId = ResponseHeader.Read(ref reader, KafkaApis.Get(TResponse.ApiKey), version).CorrelationId;
        return TResponse.Read(ref reader, version);
    }
}
