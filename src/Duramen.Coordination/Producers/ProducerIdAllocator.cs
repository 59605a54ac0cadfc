using Duramen.Coordination.Catalog;
using Duramen.Core.Ids;
using Duramen.State.Machines;

namespace Duramen.Coordination.Producers;

/// <summary>Gives out producer ids, each once, from blocks that it takes from the catalog. Safe to call from any thread.</summary>
public sealed class ProducerIdAllocator(MachineKeeper<ClusterCatalog> catalog)
{
    private readonly Lock _gate = new();
    private long _next;
    private long _end;
    private Task? _taking;

    /// <summary>The next producer id.</summary>
    /// <exception cref="Duramen.State.StateException">The catalog cannot be asked for another block.</exception>
    public async ValueTask<ProducerId> NextAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task taking;
            lock (_gate)
            {
                if (_next < _end)
                {
                    return new ProducerId(_next++);
                }

                // One asks for all who wait; when that failed, the next who comes asks again.
                taking = _taking is null or { IsCompleted: true } ? _taking = TakeBlockAsync() : _taking;
            }

            await taking.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TakeBlockAsync()
    {
        ProducerIdBlock block = await catalog.ExecuteAsync(new AllocateProducerIds()).ConfigureAwait(false);
        lock (_gate)
        {
            _next = block.First.Value;
            _end = _next + block.Count;
        }
    }
}
