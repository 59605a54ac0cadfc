using Duramen.Core.Ids;
using Duramen.Sql.Sqlite;

namespace Duramen.Sql.Tables;

/// <summary>A table of a query: what its latest values and its history have in common, which is how a plan is made.</summary>
internal abstract class PartitionedTable(QueryTable source, QueryWatch watch) : IVirtualTable
{
    // Relations between the costs of plans, no measured numbers: finding a key is cheap, and a bound leaves some of the table out.
    private const double LookUpCost = 4;
    private const int BoundSelects = 4;

    public abstract string Declaration { get; }

    public QueryTable Source => source;

    public QueryWatch Watch => watch;

    /// <summary>The column whose order the rows of one partition can come in.</summary>
    protected abstract int OrderColumn { get; }

    /// <summary>Whether they do; asked of a table with one partition only.</summary>
    protected abstract bool IsInOrder { get; }

    /// <summary>Whether the table can leave out rows by their offsets.</summary>
    protected abstract bool IsFoundByOffset { get; }

    public abstract IVirtualCursor Open();

    public bool TryPlan(ref SqliteIndexInfo info)
    {
        Span<int> places = stackalloc int[7];
        places.Fill(-1);
        for (int at = 0; at < info.Constraints.Length; at++)
        {
            ref readonly SqliteIndexInfo.Constraint constraint = ref info.Constraints[at];
            if (SlotOf(constraint) is not int slot)
            {
                continue;
            }

            if (constraint.IsUsable == 0)
            {
                // The moment is an argument: without it there is nothing to read.
                if (slot == 0)
                {
                    return false;
                }

                continue;
            }

            places[slot] = places[slot] < 0 ? at : places[slot];
        }

        var plan = TablePlan.None;
        int argument = 0;
        for (int slot = 0; slot < places.Length; slot++)
        {
            if (places[slot] >= 0)
            {
                plan |= (TablePlan)(1 << slot);
                info.Usages[places[slot]].Argument = ++argument;
                info.Usages[places[slot]].IsNotChecked = (byte)(slot == 0 ? 1 : 0);
            }
        }

        if (source.Partitions.Count == 1 && info.Order.Length == 1 && info.Order[0].Column == OrderColumn && info.Order[0].IsDescending == 0 && IsInOrder)
        {
            plan |= TablePlan.Ordered;
            info.IsOrdered = 1;
        }

        info.Plan = (int)plan;
        Estimate(ref info, plan);
        return true;
    }

    private int? SlotOf(in SqliteIndexInfo.Constraint constraint) => (constraint.Column, constraint.Operator) switch
    {
        (TableColumns.Moment, SqliteCodes.Equal) => 0,
        (TableColumns.Partition, SqliteCodes.Equal) => 1,
        (TableColumns.Key, SqliteCodes.Equal) => 2,
        (TableColumns.Key, SqliteCodes.Greater or SqliteCodes.GreaterOrEqual) => 3,
        (TableColumns.Key, SqliteCodes.Less or SqliteCodes.LessOrEqual) => 4,
        (TableColumns.Offset, SqliteCodes.Greater or SqliteCodes.GreaterOrEqual) when IsFoundByOffset => 5,
        (TableColumns.Offset, SqliteCodes.Less or SqliteCodes.LessOrEqual) when IsFoundByOffset => 6,
        _ => null,
    };

    private void Estimate(ref SqliteIndexInfo info, TablePlan plan)
    {
        if (plan.HasFlag(TablePlan.Key))
        {
            info.Rows = Math.Max(1, source.Partitions.Count);
            info.Cost = LookUpCost * info.Rows;
            info.Flags = source.Partitions.Count == 1 && !IsFoundByOffset ? SqliteCodes.UniqueScan : 0;
            return;
        }

        // At most as many rows as there are versions.
        long rows = 1;
        foreach (QueryPartition partition in source.Partitions)
        {
            rows += partition.AsOf.Since(Offset.Zero);
        }

        foreach (TablePlan bound in (ReadOnlySpan<TablePlan>)[TablePlan.Partition, TablePlan.KeyFrom, TablePlan.KeyTo, TablePlan.OffsetFrom, TablePlan.OffsetTo])
        {
            rows /= plan.HasFlag(bound) ? BoundSelects : 1;
        }

        info.Rows = Math.Max(1, rows);
        info.Cost = LookUpCost + info.Rows;
    }
}
