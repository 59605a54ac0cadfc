using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.State.Entities.Indexing;
using Duramen.State.Store;
using Duramen.State.Tables;

namespace Duramen.State.Entities.Appending;

/// <summary>
/// Decides appends to entities and gets them into the log. An append is decided by its caller's thread, on what the index knows as of some offset and what was decided since, and joins the group
/// that goes into the log next. One group at a time is on its way, on condition that the log ends where it was decided that it does; the next is gathered meanwhile, and while that one is answered.
/// <para>
/// Somebody else's append makes that condition fail. Then nothing is known until the index has got to the new end, and all that were not answered are decided again. When that happens twice in a
/// row, appends of others are held back for once, so that nobody can keep a group out for ever.
/// </para>
/// <para>
/// Nobody is told anything before what it rests on is committed: a refusal waits for the group that it followed from.
/// </para>
/// All members are safe to call from any thread.
/// </summary>
internal sealed partial class EntityWriter(ILog log, Table index, TimeProvider time)
{
    // One is on its way, one is gathered, and one or more are held by callers who block when they are answered.
    private const int MaxIdleGroups = 4;

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly RecentHeads _heads = new();
    private readonly Queue<AppendGroup> _groups = new();
    private readonly Stack<AppendGroup> _idle = new();
    private Queue<EntityAppend> _undecided = new();
    private AppendGroup? _last;
    private Offset _end;

    // The end of what was handed to the log: what is committed behind it is somebody else's.
    private Offset _submittedEnd;
    private bool _isKnown;
    private bool _isRunning;
    private TaskCompletionSource? _closed;

    /// <summary>Appends, or says why not, and ends the append's task. Never throws.</summary>
    public void Append(EntityAppend append)
    {
        if (!TryAdmit(append, null))
        {
            IndexAnswer answer;
            try
            {
                using IStoreSnapshot snapshot = index.OpenSnapshot();
                answer = IndexAnswer.Of(snapshot, append, log.Watermarks.Start);
            }
            catch (Exception cause)
            {
                append.Fail(EntityRefusals.NotDecided(log, append.Key, cause));
                return;
            }

            TryAdmit(append, answer);
        }
    }

    /// <summary>Takes no more appends, and returns when those under way are answered.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            while (_idle.TryPop(out AppendGroup? group))
            {
                group.Dispose();
            }

            if (!_isRunning)
            {
                _closed.TrySetResult();
            }

            return _closed.Task;
        }
    }

    /// <summary>Decides an append or leaves it to be decided; false when the index has to be asked first.</summary>
    private bool TryAdmit(EntityAppend append, IndexAnswer? answer)
    {
        lock (_gate)
        {
            if (_closed is not null)
            {
                append.Fail(EntityRefusals.Closed(log));
                return true;
            }

            LogWatermarks marks = log.Watermarks;
            if (_isKnown && (marks.Committed > _submittedEnd || (answer is { } known && known.Position < _heads.From)))
            {
                // Somebody else appended, and the caller may know; or the index went back, as it does when it was damaged.
                Forget();
            }

            if (!_isKnown)
            {
                _undecided.Enqueue(append);
            }
            else if (!TryDecide(append, answer, marks.Start))
            {
                return false;
            }

            if (_isRunning || (_isKnown && _groups.Count == 0))
            {
                return true;
            }

            _isRunning = true;
        }

        _ = RunAsync(append);
        return true;
    }

    /// <summary>Decides an append to a log that starts here: what was trimmed is no more, here as in the index. False when the index has to be asked first.</summary>
    private bool TryDecide(EntityAppend append, IndexAnswer? answer, Offset start)
    {
        if (append.RequestId is { } requestId)
        {
            if ((_heads.TryGetRequest(append.HashedKey, requestId, out EntityHead made) ? made.Since(start) : answer?.Request) is not { } request)
            {
                return false;
            }

            if (request.Version > EntityVersion.None)
            {
                Refuse(append, new EntityAppendOutcome(EntityAppendStatus.Duplicate, request.Version, request.Offset));
                return true;
            }
        }

        if ((_heads.TryGet(append.HashedKey, out EntityHead recent) ? recent.Since(start) : answer?.Entity) is not { } head)
        {
            return false;
        }

        if (!append.Expected.Holds(head.Version))
        {
            Refuse(append, new EntityAppendOutcome(EntityAppendStatus.Conflict, head.Version, default));
            return true;
        }

        AppendGroup group = _groups.Count > 0 && _last!.HasRoomFor(append) ? _last : AddGroup();
        group.Add(append, head.Version, time.GetUtcNow().ToUnixTimeMilliseconds());
        _end = group.Next;
        head = new EntityHead(head.Version.Plus(append.Records.Length), new Offset(_end.Value - 1));
        _heads.Add(append.HashedKey, append.RequestId, head);
        append.Outcome = new EntityAppendOutcome(EntityAppendStatus.Appended, head.Version, head.Offset);
        return true;
    }

    /// <summary>Answers without appending, once everything that was decided before is committed.</summary>
    private void Refuse(EntityAppend append, EntityAppendOutcome outcome)
    {
        append.Outcome = outcome;
        if (_last is { } last)
        {
            last.Appends.Add(append);
        }
        else
        {
            append.Answer();
        }
    }

    private AppendGroup AddGroup()
    {
        _last = _idle.TryPop(out AppendGroup? idle) ? idle : new AppendGroup();
        _last.Begin(_end);
        _groups.Enqueue(_last);
        return _last;
    }

    /// <summary>Gives up what was decided and not answered, to be decided again from the end of the log.</summary>
    private void Forget(AppendGroup? refused = null)
    {
        var again = new Queue<EntityAppend>(refused?.Appends ?? []);
        while (_groups.TryDequeue(out AppendGroup? group))
        {
            group.Appends.ForEach(again.Enqueue);
            Keep(group);
        }

        foreach (EntityAppend append in _undecided)
        {
            again.Enqueue(append);
        }

        if (refused is not null)
        {
            Keep(refused);
        }

        _undecided = again;
        _last = null;
        _isKnown = false;
    }

    /// <summary>Keeps a group to be used again, but not the memory of an unusually large one.</summary>
    private void Keep(AppendGroup group)
    {
        if (_closed is null && _idle.Count < MaxIdleGroups && group.SizeBytes <= AppendGroup.MaxBytes)
        {
            _idle.Push(group);
        }
        else
        {
            group.Dispose();
        }
    }
}
