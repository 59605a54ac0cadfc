namespace Duramen.Storage.Journaling;

/// <summary>Completion batches waiting to be used again. Safe to call from any thread.</summary>
internal sealed class CompletionBatchPool
{
    // More groups than this are only being answered at once when callers block in their continuations.
    private const int KeptMax = 8;

    private readonly Lock _lock = new();
    private readonly Stack<CompletionBatch> _kept = new();

    public CompletionBatch Rent()
    {
        lock (_lock)
        {
            return _kept.TryPop(out CompletionBatch? batch) ? batch : new CompletionBatch(this);
        }
    }

    public void Return(CompletionBatch batch)
    {
        lock (_lock)
        {
            if (_kept.Count < KeptMax)
            {
                _kept.Push(batch);
            }
        }
    }
}
