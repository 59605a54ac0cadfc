using System.Collections.Concurrent;
using Duramen.Records.Batches;

namespace Duramen.Client.Producers;

/// <summary>Builders that are used again with the memory they have, so that a busy producer asks for none.</summary>
internal sealed class BatchBuilders : IDisposable
{
    private readonly ConcurrentStack<RecordBatchBuilder> _kept = new();

    public RecordBatchBuilder Take() => _kept.TryPop(out RecordBatchBuilder? kept) ? kept : new RecordBatchBuilder();

    public void Return(RecordBatchBuilder builder)
    {
        builder.Reset();
        if (_kept.Count < ClientLimits.MaxKeptBuilders)
        {
            _kept.Push(builder);
        }
        else
        {
            builder.Dispose();
        }
    }

    public void Dispose()
    {
        while (_kept.TryPop(out RecordBatchBuilder? kept))
        {
            kept.Dispose();
        }
    }
}
