using System.Diagnostics;

namespace Duramen.Sql;

/// <summary>Says when a query is to stop: it is cancelled, or its time is over. Looked at from within SQLite, on the thread of the query.</summary>
internal sealed class QueryWatch(QueryBudget budget)
{
    private long _begin;
    private CancellationToken _cancelled;

    public QueryBudget Budget => budget;

    public bool IsOver => _cancelled.IsCancellationRequested || (_begin != 0 && Stopwatch.GetElapsedTime(_begin).TotalMilliseconds >= budget.TimeMs);

    /// <summary>Begins to count, and goes on counting when it had begun.</summary>
    public void Watch(CancellationToken cancelled)
    {
        _cancelled = cancelled;
        _begin = _begin == 0 ? Stopwatch.GetTimestamp() : _begin;
    }

    /// <summary>Counts anew from the next <see cref="Watch"/>.</summary>
    public void Restart() => _begin = 0;

    public void ThrowIfOver()
    {
        if (IsOver)
        {
            throw Reason();
        }
    }

    /// <summary>Why it is over.</summary>
    public Exception Reason() => _cancelled.IsCancellationRequested ? new OperationCanceledException(_cancelled) : SqlRefusals.OverTime(budget);
}
