using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.State.Store;

namespace Duramen.State.Entities.Appending;

/// <content>How groups get into the log: one task, for as long as there are any.</content>
internal sealed partial class EntityWriter
{
    // After so many conflicts in a row others are held back.
    private const int ConflictsBeforeHold = 2;

    // The runner's: who it is changes, but there is one at a time.
    private int _conflicts;
    private IDisposable? _hold;

    /// <summary>Gets groups into the log until there is nothing left to do, or somebody else goes on with it. Never throws.</summary>
    /// <param name="own">The append of the caller whose thread this is: nobody waits for its answer yet, and no more is done here than belongs to it.</param>
    private async Task RunAsync(EntityAppend? own = null)
    {
        while (true)
        {
            if (TakeGroup() is { } group)
            {
                ValueTask<bool> appending = AppendAsync(group);
                own = appending.IsCompleted ? own : null;
                bool isAppended = await appending.ConfigureAwait(false);
                if (isAppended ? !TryAnswer(group, own) : TryHandOver(own))
                {
                    return;
                }
            }
            else if (TryEnd(out bool isKnown))
            {
                return;
            }
            else if (!isKnown)
            {
                ValueTask catchingUp = CatchUpAsync();
                own = catchingUp.IsCompleted ? own : null;
                await catchingUp.ConfigureAwait(false);
            }
        }
    }

    private void GoOn() => _ = RunAsync();

    private AppendGroup? TakeGroup()
    {
        lock (_gate)
        {
            if (!_groups.TryDequeue(out AppendGroup? group))
            {
                return null;
            }

            _submittedEnd = group.Next;
            return group;
        }
    }

    private bool TryEnd(out bool isKnown)
    {
        lock (_gate)
        {
            isKnown = _isKnown;
            if (_groups.Count > 0 || _undecided.Count > 0)
            {
                return false;
            }

            LetGo();
            _isRunning = false;
            _closed?.TrySetResult();
            return true;
        }
    }

    /// <summary>Gets one group into the log; whether it is there and is to be answered.</summary>
    private async ValueTask<bool> AppendAsync(AppendGroup group)
    {
        try
        {
            // Carried to the disk by this thread where the log allows that: to hand it over and back takes half as long as a sync.
            AppendOutcome outcome = await log.TryAppendAsync(group.Build(), new AppendOptions(ExpectedEnd: group.Base)).ConfigureAwait(false);
            if (outcome.Appended && log.Watermarks.Committed < group.Next)
            {
                await log.WaitForCommittedAsync(new Offset(group.Next.Value - 1)).ConfigureAwait(false);
            }

            return Settle(group, outcome.Appended);
        }
        catch (Exception cause)
        {
            Fail(group, cause);
            return false;
        }
    }

    /// <summary>Notes what became of a group; whether it is in the log and can be answered.</summary>
    private bool Settle(AppendGroup group, bool isAppended)
    {
        lock (_gate)
        {
            if (!isAppended)
            {
                _conflicts++;
                Forget(group);
                return false;
            }

            // Where others had to be held back they will have to be again, soon.
            _conflicts = _hold is null ? 0 : ConflictsBeforeHold - 1;
            LetGo();
            _last = _last == group ? null : _last;
            if (_isKnown && !_heads.Forget(index.Position, _end))
            {
                // The index is far behind: whoever comes waits for it.
                Forget();
            }

            return true;
        }
    }

    /// <summary>Fails those whose records were in a group. The others, and all that was decided after it, are decided again.</summary>
    private void Fail(AppendGroup group, Exception cause)
    {
        EntityAppend[] failed;
        lock (_gate)
        {
            failed = [.. group.Appends.Where(append => append.Outcome.Status == EntityAppendStatus.Appended)];
            group.Appends.RemoveAll(append => append.Outcome.Status == EntityAppendStatus.Appended);
            Forget(group);
            LetGo();
        }

        foreach (EntityAppend append in failed)
        {
            append.Fail(EntityRefusals.NotAppended(log, append.Key, cause));
        }
    }

    /// <summary>Answers a group; false when somebody else goes on with the next.</summary>
    private bool TryAnswer(AppendGroup group, EntityAppend? own)
    {
        if (own is null)
        {
            // Before the next group is submitted, so that what these callers append next is in it.
            return new GroupAnswers(group, Return, GoOn).Answer();
        }

        if (group.Appends is not [var only] || only != own)
        {
            new GroupAnswers(group, Return, GoOn).Start();
            return false;
        }

        own.AnswerHere();
        Return(group);
        if (!TryEnd(out _))
        {
            TryHandOver(own);
        }

        return false;
    }

    /// <summary>Has the pool go on when this is the thread of a caller: those who came meanwhile are not his business.</summary>
    private bool TryHandOver(EntityAppend? own) =>
        own is not null && ThreadPool.UnsafeQueueUserWorkItem(static writer => writer.GoOn(), this, preferLocal: false);

    private void Return(AppendGroup group)
    {
        lock (_gate)
        {
            Keep(group);
        }
    }

    /// <summary>Waits until the index is where the log ends, and decides from there what waits to be decided.</summary>
    private async ValueTask CatchUpAsync()
    {
        if (_conflicts >= ConflictsBeforeHold && _hold is null && log is IHoldableLog holdable)
        {
            _hold = holdable.HoldAppends();
        }

        try
        {
            using IStoreSnapshot snapshot = await index.OpenSnapshotAsync(log.Watermarks.End).ConfigureAwait(false);
            lock (_gate)
            {
                _end = snapshot.Position;
                _submittedEnd = _end;
                _heads.Begin(_end);
            }

            while (TakeUndecided() is { } append)
            {
                DecideFrom(snapshot, append);
            }
        }
        catch (Exception cause)
        {
            lock (_gate)
            {
                LetGo();
            }

            while (TakeUndecided(isKnown: false) is { } append)
            {
                append.Fail(EntityRefusals.NotDecided(log, append.Key, cause));
            }
        }
    }

    /// <summary>Takes the next append to decide. When there is none the state is known, and callers decide theirs again.</summary>
    private EntityAppend? TakeUndecided(bool isKnown = true)
    {
        lock (_gate)
        {
            if (_undecided.TryDequeue(out EntityAppend? append))
            {
                return append;
            }

            _isKnown = isKnown;
            return null;
        }
    }

    private void DecideFrom(IStoreSnapshot snapshot, EntityAppend append)
    {
        IndexAnswer answer;
        Offset start = log.Watermarks.Start;
        try
        {
            answer = IndexAnswer.Of(snapshot, append, start);
        }
        catch (Exception cause)
        {
            append.Fail(EntityRefusals.NotDecided(log, append.Key, cause));
            return;
        }

        lock (_gate)
        {
            // With an answer of the index there is nothing to ask first.
            TryDecide(append, answer, start);
        }
    }

    /// <summary>Lets the appends of others go on.</summary>
    private void LetGo()
    {
        _hold?.Dispose();
        _hold = null;
    }
}
