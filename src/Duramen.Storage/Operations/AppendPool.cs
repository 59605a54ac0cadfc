namespace Duramen.Storage.Operations;

/// <summary>Append operations waiting to be used again. Safe to call from any thread.</summary>
internal sealed class AppendPool
{
    // More than this many appends under way at once are served by the allocator.
    private const int KeptMax = 4096;

    private readonly Lock _lock = new();
    private readonly Stack<AppendOperation> _kept = new();

    public AppendOperation Rent()
    {
        lock (_lock)
        {
            return _kept.TryPop(out AppendOperation? operation) ? operation : new AppendOperation();
        }
    }

    public void Return(AppendOperation operation)
    {
        lock (_lock)
        {
            if (_kept.Count < KeptMax)
            {
                _kept.Push(operation);
            }
        }
    }
}
