using System.Threading.Tasks.Sources;
using Duramen.Log;

namespace Duramen.State.Entities.Appending;

/// <summary>One append to an entity, from the call to its answer; it is also the task that the caller awaits. The writer's, but for that.</summary>
internal sealed class EntityAppend(ILog log, EntityKey key, NewRecord[] records, ExpectedVersion expected, string? requestId)
    : IValueTaskSource<EntityAppendOutcome>, IValueTaskSource<EntityAppendResult>
{
    private ManualResetValueTaskSourceCore<EntityAppendOutcome> _source;

    public EntityKey Key => HashedKey.Key;

    public HashedKey HashedKey { get; } = new(key);

    public ReadOnlySpan<NewRecord> Records => records;

    public ExpectedVersion Expected => expected;

    public string? RequestId => requestId;

    /// <summary>What was decided; true once everything that it was decided on is committed.</summary>
    public EntityAppendOutcome Outcome { get; set; }

    /// <summary>Ends with what became of the append.</summary>
    public ValueTask<EntityAppendOutcome> Tried => new(this, _source.Version);

    /// <summary>The same, but a conflict is an exception.</summary>
    public ValueTask<EntityAppendResult> Done => new(this, _source.Version);

    /// <summary>Gives the caller what was decided. What he does then runs in here.</summary>
    public void AnswerHere() => _source.SetResult(Outcome);

    /// <summary>Gives the caller what was decided, who goes on elsewhere.</summary>
    public void Answer()
    {
        _source.RunContinuationsAsynchronously = true;
        _source.SetResult(Outcome);
    }

    /// <summary>Gives the caller an error instead, who goes on elsewhere.</summary>
    public void Fail(Exception cause)
    {
        _source.RunContinuationsAsynchronously = true;
        _source.SetException(cause);
    }

    EntityAppendOutcome IValueTaskSource<EntityAppendOutcome>.GetResult(short token) => _source.GetResult(token);

    EntityAppendResult IValueTaskSource<EntityAppendResult>.GetResult(short token)
    {
        EntityAppendOutcome outcome = _source.GetResult(token);
        return outcome.IsStored
            ? new EntityAppendResult(outcome.Version, outcome.Offset, outcome.Status == EntityAppendStatus.Duplicate)
            : throw EntityRefusals.Conflict(log, Key, expected, outcome.Version);
    }

    ValueTaskSourceStatus IValueTaskSource<EntityAppendOutcome>.GetStatus(short token) => _source.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource<EntityAppendResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<EntityAppendOutcome>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource<EntityAppendResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
