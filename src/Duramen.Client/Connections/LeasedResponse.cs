using System.Buffers;

namespace Duramen.Client.Connections;

/// <summary>
/// A response whose records are slices of pooled memory. It has one owner, who disposes it when nothing refers to the records any more; when it is
/// never disposed the memory is lost to the pool and to nobody else.
/// </summary>
internal sealed class LeasedResponse<TResponse>(byte[] memory, TResponse response) : IDisposable
{
    private byte[]? _memory = memory;

    public TResponse Response => response;

    /// <summary>Hands the memory over, which the caller gives back to the pool; the records stay where they are.</summary>
    public byte[] TakeMemory() => Interlocked.Exchange(ref _memory, null) ?? throw new ObjectDisposedException(nameof(LeasedResponse<TResponse>));

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _memory, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
