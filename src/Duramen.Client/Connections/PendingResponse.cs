using System.Buffers;
using Duramen.Kafka;
using Duramen.Kafka.Wire;

namespace Duramen.Client.Connections;

/// <summary>
/// A request that was sent, or is about to be, and has no answer yet. What follows the last field of an answer is let be: some brokers write more than
/// their version has, and no other client minds.
/// </summary>
internal abstract class PendingResponse(int correlationId, short version, long deadlineMs)
{
    public int CorrelationId => correlationId;

    /// <summary>When the connection is given up for want of the answer, in the connection's milliseconds.</summary>
    public long DeadlineMs => deadlineMs;

    protected short Version => version;

    /// <summary>Memory for the answer, which is the answer's from then on.</summary>
    public virtual byte[] Rent(int sizeBytes) => GC.AllocateUninitializedArray<byte>(sizeBytes);

    /// <summary>Takes the answer, its header included.</summary>
    /// <exception cref="KafkaWireException">It is no such answer.</exception>
    public abstract void Complete(byte[] memory, int sizeBytes);

    public abstract void Fail(Exception cause);
}

/// <summary>A request whose answer lives as long as somebody refers to it.</summary>
internal sealed class PendingResponse<TResponse>(int correlationId, short version, long deadlineMs) : PendingResponse(correlationId, version, deadlineMs)
    where TResponse : IKafkaResponse<TResponse>
{
    private readonly TaskCompletionSource<TResponse> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResponse> Task => _completion.Task;

    public override void Complete(byte[] memory, int sizeBytes) =>
        _completion.TrySetResult(KafkaFrames.ReadResponse<TResponse>(memory.AsMemory(0, sizeBytes), Version, out _, ignoresRest: true));

    public override void Fail(Exception cause) => _completion.TrySetException(cause);
}

/// <summary>A request whose answer stands in memory of the pool, which whoever gets it gives back.</summary>
internal sealed class PendingLease<TResponse>(int correlationId, short version, long deadlineMs) : PendingResponse(correlationId, version, deadlineMs)
    where TResponse : IKafkaResponse<TResponse>
{
    private readonly TaskCompletionSource<LeasedResponse<TResponse>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<LeasedResponse<TResponse>> Task => _completion.Task;

    public override byte[] Rent(int sizeBytes) => ArrayPool<byte>.Shared.Rent(sizeBytes);

    public override void Complete(byte[] memory, int sizeBytes) =>
        _completion.TrySetResult(new(memory, KafkaFrames.ReadResponse<TResponse>(memory.AsMemory(0, sizeBytes), Version, out _, ignoresRest: true)));

    public override void Fail(Exception cause) => _completion.TrySetException(cause);
}
