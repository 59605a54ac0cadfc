using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Sql.Sqlite;
using Duramen.State.Store;
using Duramen.State.Tables.Topics;

namespace Duramen.Sql.Tables;

/// <summary>A walk over the rows of all partitions that a plan asks for.</summary>
internal abstract class RowCursor(PartitionedTable table) : IVirtualCursor
{
    private const int RowsBetweenLooks = 1_024;

    private readonly List<(QueryPartition Partition, Offset AsOf)> _partitions = [];
    private int _partition;
    private int _rows;
    private IVersionCursor? _versions;

    // A row that was looked up stands here, since what a look-up gives cannot be kept.
    private byte[]? _value;
    private Offset _offset;
    private long _timestampMs;
    private bool _isLookedUp;

    public bool IsAtEnd { get; private set; }

    protected PlanArguments Arguments { get; private set; } = null!;

    public void Begin(int plan, ReadOnlySpan<SqliteValue> arguments)
    {
        Close();
        Arguments = new PlanArguments((TablePlan)plan, arguments);
        Moment? moment = Arguments.Moment is string named ? table.Source.FindMoment(named) : null;
        _partitions.Clear();
        foreach (QueryPartition partition in table.Source.Partitions)
        {
            if (!Arguments.IsNothing && (Arguments.Partition is null || Arguments.Partition == partition.Number))
            {
                _partitions.Add((partition, moment?[partition.Number] ?? partition.AsOf));
            }
        }

        _partition = -1;
        IsAtEnd = false;
        MoveNext();
    }

    public void MoveNext()
    {
        while (true)
        {
            _isLookedUp = false;
            while (_versions is not null && _versions.MoveNext())
            {
                LookNowAndThen();
                if (IsWanted(_versions.Current))
                {
                    return;
                }
            }

            _versions?.Dispose();
            _versions = _partition < 0 ? null : NextWalk();
            if (_versions is not null)
            {
                continue;
            }

            if (++_partition >= _partitions.Count)
            {
                IsAtEnd = true;
                return;
            }

            if (TryBegin(_partitions[_partition].Partition.Snapshot, _partitions[_partition].AsOf))
            {
                return;
            }
        }
    }

    public void Write(int column, SqliteResult result)
    {
        switch (column)
        {
            case TableColumns.Key:
                result.Bytes(_isLookedUp ? Arguments.Key : _versions!.Current.Key);
                break;
            case TableColumns.Value:
                result.Bytes(_isLookedUp ? _value : _versions!.Current.Value);
                break;
            case TableColumns.Offset:
                result.Integer(_isLookedUp ? _offset.Value : _versions!.Current.Offset.Value);
                break;
            case TableColumns.Timestamp:
                result.Integer(_isLookedUp ? _timestampMs : _versions!.Current.TimestampMs);
                break;
            case TableColumns.Partition:
                result.Integer(_partitions[_partition].Partition.Number);
                break;
            default:
                result.Bytes(Arguments.Moment is string moment ? Encoding.UTF8.GetBytes(moment) : null);
                break;
        }
    }

    public void Dispose() => Close();

    /// <summary>Begins with a partition; true when its only row was found already (<see cref="LookUp"/>).</summary>
    protected abstract bool TryBegin(IStoreSnapshot snapshot, Offset asOf);

    /// <summary>The next walk over versions of this partition; null when there is none.</summary>
    protected abstract IVersionCursor? NextWalk();

    protected virtual bool IsWanted(VersionView version) => true;

    /// <summary>Makes the version of the wanted key the row; false when it has none.</summary>
    protected bool LookUp(IStoreSnapshot snapshot, Offset asOf)
    {
        LookNowAndThen();
        _isLookedUp = snapshot.TryGet(Arguments.Key, asOf, out VersionView version);
        if (_isLookedUp)
        {
            _value = version.Value.ToArray();
            _offset = version.Offset;
            _timestampMs = version.TimestampMs;
        }

        return _isLookedUp;
    }

    private void LookNowAndThen()
    {
        if (++_rows % RowsBetweenLooks == 0)
        {
            table.Watch.ThrowIfOver();
        }
    }

    private void Close()
    {
        _versions?.Dispose();
        _versions = null;
    }
}
