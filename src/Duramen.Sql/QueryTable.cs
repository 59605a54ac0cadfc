using Duramen.Core.Ids;
using Duramen.State.Store;
using Duramen.State.Tables.Topics;

namespace Duramen.Sql;

/// <summary>A table that a query reads, as it is at one moment.</summary>
public sealed class QueryTable
{
    private readonly Func<AsOf, Moment> _findMoment;

    private QueryTable(IReadOnlyList<QueryPartition> partitions, Func<AsOf, Moment> findMoment)
    {
        Partitions = partitions;
        _findMoment = findMoment;
    }

    internal IReadOnlyList<QueryPartition> Partitions { get; }

    /// <summary>A topic.</summary>
    /// <param name="snapshot">What is read; open as long as queries read it, and disposed by whoever opened it.</param>
    /// <param name="asOf">The moment that is read where the query names none; now when not given.</param>
    public static QueryTable Of(TopicSnapshot snapshot, Moment? asOf = null)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Moment moment = asOf ?? snapshot.Position;
        return new QueryTable(
            [.. snapshot.Partitions.Select(number => new QueryPartition(number, snapshot.Of(number), moment[number]))],
            named => snapshot.FindAsync(named).AsTask().GetAwaiter().GetResult());
    }

    /// <summary>A table that is no topic's, such as that of a projection or of a machine. A query may name offsets in it as moments, and no times.</summary>
    /// <param name="snapshot">What is read; open as long as queries read it, and disposed by whoever opened it.</param>
    /// <param name="asOf">The moment that is read where the query names none; now when not given.</param>
    public static QueryTable Of(IStoreSnapshot snapshot, Offset? asOf = null)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return new QueryTable(
            [new QueryPartition(0, snapshot, asOf ?? snapshot.Position)],
            named => named.TimestampMs is null && named.Moment is null
                ? new Moment([new PartitionOffset(0, named.Offset ?? (named.IsBeginning ? snapshot.Horizon : snapshot.Position))])
                : throw SqlRefusals.OffsetsOnly());
    }

    /// <summary>The offset in each partition that a moment is which the query itself names.</summary>
    /// <exception cref="Core.Errors.DuramenException">It is no moment of this table.</exception>
    internal Moment FindMoment(string text) => AsOf.TryParse(text, out AsOf named) ? _findMoment(named) : throw SqlRefusals.NoMoment(text);
}
