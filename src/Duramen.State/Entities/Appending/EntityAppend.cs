using System.Threading.Tasks.Sources;

namespace Duramen.State.Entities.Appending;

/// <summary>One append to an entity, from the call to its answer; it is also the task that the caller awaits. The writer's, but for that.</summary>
internal sealed class EntityAppend(EntityKey key, IReadOnlyList<NewRecord> records, ExpectedVersion expected, string? requestId)
    : IValueTaskSource<EntityAppendOutcome>
{
    // The caller goes on elsewhere: nothing of its own runs in the writer.
    private ManualResetValueTaskSourceCore<EntityAppendOutcome> _source = new() { RunContinuationsAsynchronously = true };

    public EntityKey Key => key;

    public IReadOnlyList<NewRecord> Records => records;

    public ExpectedVersion Expected => expected;

    public string? RequestId => requestId;

    /// <summary>What was decided; true once everything that it was decided on is committed.</summary>
    public EntityAppendOutcome Outcome { get; set; }

    public ValueTask<EntityAppendOutcome> Task => new(this, _source.Version);

    /// <summary>Gives the caller what was decided.</summary>
    public void Answer() => _source.SetResult(Outcome);

    /// <summary>Gives the caller an error instead.</summary>
    public void Fail(Exception cause) => _source.SetException(cause);

    EntityAppendOutcome IValueTaskSource<EntityAppendOutcome>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<EntityAppendOutcome>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<EntityAppendOutcome>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
