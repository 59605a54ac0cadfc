namespace Duramen.Http;

/// <summary>A body in memory. One that becomes large waits for its place among those that may be. One owner, one thread.</summary>
/// <param name="large">The places of large bodies.</param>
internal sealed class JsonBody(SemaphoreSlim large) : IDisposable
{
    private readonly MemoryStream _bytes = new();
    private bool _isLarge;

    /// <summary>How many bytes there are.</summary>
    public long Length => _bytes.Length;

    /// <summary>The bytes; good until this is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);

    /// <summary>Adds bytes.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!_isLarge && _bytes.Length + bytes.Length > HttpLimits.GatheredBytes)
        {
            await large.WaitAsync(cancellationToken).ConfigureAwait(false);
            _isLarge = true;
        }

        _bytes.Write(bytes.Span);
    }

    public void Dispose()
    {
        if (_isLarge)
        {
            _isLarge = false;
            large.Release();
        }

        _bytes.Dispose();
    }
}
