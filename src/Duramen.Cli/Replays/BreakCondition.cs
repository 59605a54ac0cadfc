using Duramen.Core.Binary;
using Duramen.Records.Batches;
using Duramen.Sql;
using Duramen.State.Replays;

namespace Duramen.Cli.Replays;

/// <summary>Where a replay stops: a condition in SQL on a record and on what it did, asked for each change, or once where there is none.</summary>
internal sealed class BreakCondition(string expression) : IDisposable
{
    public const string Columns = "key, value, offset, timestamp, changed, old, new, reply";

    private readonly RowExpression _condition = RowExpression.Compile(expression, Columns.Split(", "));

    public bool Holds(ReplayStep step, CancellationToken interrupted)
    {
        RecordView record = step.Record;
        _condition.Set(0, record.Key);
        _condition.Set(1, record.Value);
        _condition.Set(2, record.Offset.Value);
        _condition.Set(3, record.TimestampMs);
        _condition.Set(7, step.Reply.IsEmpty ? NullableBytes.Null : step.Reply.Span);
        if (step.Changes.Count == 0)
        {
            Set(4, null);
            Set(5, null);
            Set(6, null);
            return _condition.Holds(interrupted);
        }

        foreach (ReplayChange change in step.Changes)
        {
            Set(4, change.Key);
            Set(5, change.Before);
            Set(6, change.After);
            if (_condition.Holds(interrupted))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => _condition.Dispose();

    private void Set(int column, ReadOnlyMemory<byte>? bytes) => _condition.Set(column, NullableBytes.Of(bytes));
}
