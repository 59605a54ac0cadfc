using System.Buffers;

namespace Duramen.Broker.Connections;

/// <summary>
/// One request as it came from the network, without its length, in contiguous memory of the pool. Its connection owns it until the response is
/// written, and gives it back then: whoever serves the request may keep slices of it, and may write into them, until the task that it returned ends.
/// </summary>
internal sealed class RequestFrame : IDisposable
{
    private readonly ByteBudget _budget;
    private byte[]? _rented;

    /// <summary>Takes over an array of the shared pool and bytes that were acquired from the budget.</summary>
    public RequestFrame(byte[] rented, int lengthBytes, ByteBudget budget)
    {
        _rented = rented;
        _budget = budget;
        SizeBytes = lengthBytes;
    }

    public int SizeBytes { get; }

    public Memory<byte> Bytes => _rented.AsMemory(0, SizeBytes);

    public void Dispose()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(rented);
            _budget.Release(SizeBytes);
        }
    }
}
