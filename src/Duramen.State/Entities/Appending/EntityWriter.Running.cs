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

    // Whether the runner is still with the append of the caller who made it, so that nobody waits for its answer yet.
    private bool _isAtCaller;

    /// <summary>Gets groups into the log until there is nothing left to do. Never throws.</summary>
    private async Task RunAsync()
    {
        _isAtCaller = true;
        AppendGroup? done = null;
        while (true)
        {
            if (TakeGroup() is { } group)
            {
                done = await AppendAsync(group, done).ConfigureAwait(false);
            }
            else if (done is not null)
            {
                Finish(done);
                done = null;
            }
            else if (TryEnd(out bool isKnown))
            {
                return;
            }
            else if (!isKnown)
            {
                await CatchUpAsync().ConfigureAwait(false);
            }
        }
    }

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

    /// <summary>Gets one group into the log, and answers the one before; gives back the group when it is to be answered.</summary>
    private async ValueTask<AppendGroup?> AppendAsync(AppendGroup group, AppendGroup? before)
    {
        try
        {
            // The first of a row is carried to the disk by whoever brought it. The next one is on its way before the one before is answered.
            var options = new AppendOptions(ExpectedEnd: group.Base, ReturnsAtOnce: before is not null);
            ValueTask<AppendOutcome> appending = log.TryAppendAsync(group.Build(), options);
            if (before is not null)
            {
                Finish(before);
                before = null;
            }

            _isAtCaller &= appending.IsCompleted;
            AppendOutcome outcome = await appending.ConfigureAwait(false);
            if (outcome.Appended && log.Watermarks.Committed < group.Next)
            {
                _isAtCaller = false;
                await log.WaitForCommittedAsync(new Offset(group.Next.Value - 1)).ConfigureAwait(false);
            }

            return Settle(group, outcome.Appended) ? group : null;
        }
        catch (Exception cause)
        {
            if (before is not null)
            {
                Finish(before);
            }

            Fail(group, cause);
            return null;
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

    private void Finish(AppendGroup group)
    {
        if (_isAtCaller && group.Appends.Count == 1)
        {
            // The caller's own append.
            _isAtCaller = false;
            group.Appends[0].AnswerHere();
            Return(group);
        }
        else
        {
            new GroupAnswers(group, Return).Start();
        }
    }

    private void Return(AppendGroup group)
    {
        lock (_gate)
        {
            _idle.Push(group);
        }
    }

    /// <summary>Waits until the index is where the log ends, and decides from there what waits to be decided.</summary>
    private async ValueTask CatchUpAsync()
    {
        _isAtCaller = false;
        if (_conflicts >= ConflictsBeforeHold && _hold is null && log is IHoldableLog holdable)
        {
            _hold = holdable.HoldAppends();
        }

        try
        {
            await index.WaitForAsync(log.Watermarks.End).ConfigureAwait(false);
            using IStoreSnapshot snapshot = index.OpenSnapshot();
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
        try
        {
            answer = IndexAnswer.Of(snapshot, append, log.Watermarks.Start);
        }
        catch (Exception cause)
        {
            append.Fail(EntityRefusals.NotDecided(log, append.Key, cause));
            return;
        }

        lock (_gate)
        {
            Decide(append, answer);
        }
    }

    /// <summary>Lets the appends of others go on.</summary>
    private void LetGo()
    {
        _hold?.Dispose();
        _hold = null;
    }
}
