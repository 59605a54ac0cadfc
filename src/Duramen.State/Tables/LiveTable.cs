using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.State.Store;
using Duramen.State.Store.Memory;

namespace Duramen.State.Tables;

/// <summary>Tables that are computed when they are asked for, in memory, and kept by nobody.</summary>
public static class LiveTable
{
    /// <summary>Folds a log into a table as of an offset.</summary>
    /// <param name="log">The log.</param>
    /// <param name="asOf">After every record below this offset; at most the committed end.</param>
    /// <param name="projection">What the table is computed by; the latest value of each key when not given.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TableException"><see cref="TableErrors.Stopped"/>: a record cannot be folded.</exception>
    /// <exception cref="LogException">As <see cref="ILog.ReadAsync"/>.</exception>
    public static async ValueTask<IStoreSnapshot> ComputeAsync(
        ILog log, Offset asOf, IProjection? projection = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        await using var store = new MemoryStore(Offset.Min(log.Watermarks.Start, asOf));
        using var fold = new TableFold(projection ?? new LatestByKey(), [log], store);
        try
        {
            while (store.Position < asOf && await fold.FoldAsync(asOf, cancellationToken).ConfigureAwait(false))
            {
            }
        }
        catch (FoldFaultException fault)
        {
            throw TableRefusals.Stopped("memory", new TableFault(log.Name, fault.Offset, fault.Next, fault.InnerException!));
        }

        return store.OpenSnapshot();
    }
}
