using System.Buffers.Binary;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;

namespace Duramen.Client.Connections;

/// <summary>
/// The first request of a connection, which asks for the versions that the broker has. A broker that does not know the version of this very request
/// answers in the oldest layout and with an error (KIP-511), so that its answer is recognised before it is read. Of such an answer nothing but the error is read:
/// brokers differ in what they write behind it.
/// </summary>
internal sealed class Handshake(int correlationId, short version, long deadlineMs) : PendingResponse(correlationId, version, deadlineMs)
{
    private const int ErrorPosition = sizeof(int);

    private readonly TaskCompletionSource<ApiVersionsResponse> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The highest version that is asked with, which brokers of the last years all have.</summary>
    public const short FirstVersion = 3;

    public Task<ApiVersionsResponse> Task => _completion.Task;

    public static ApiVersionsRequest Request => new() { ClientSoftwareName = "duramen", ClientSoftwareVersion = "0.1.0" };

    public override void Complete(byte[] memory, int sizeBytes)
    {
        bool isRefused = sizeBytes >= ErrorPosition + sizeof(short)
            && BinaryPrimitives.ReadInt16BigEndian(memory.AsSpan(ErrorPosition)) == (short)KafkaError.UnsupportedVersion;
        _completion.TrySetResult(isRefused
            ? new ApiVersionsResponse { ErrorCode = KafkaError.UnsupportedVersion }
            : KafkaFrames.ReadResponse<ApiVersionsResponse>(memory.AsMemory(0, sizeBytes), Version, out _, ignoresRest: true));
    }

    public override void Fail(Exception cause) => _completion.TrySetException(cause);
}
