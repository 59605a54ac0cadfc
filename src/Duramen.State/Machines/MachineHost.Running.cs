using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Keyframes;

namespace Duramen.State.Machines;

/// <summary>
/// What becomes of a command. Three things follow each other, each done for one at a time and in the order of the commands, and none waits for the next:
/// <code>
///   mailbox: decide, apply  -->  gathered groups: append  -->  published groups: wait for the commit, reply
/// </code>
/// </summary>
public sealed partial class MachineHost<TMachine>
{
    // Groups that wait to be used again: one that is gathered, one that is appended, and some whose commit is waited for.
    private const int MaxIdleGroups = 4;

    // The mailbox's own: where the state ends, whether more may be decided, and when the timer goes off.
    private readonly RecordBatchBuilder _builder = new();
    private readonly RecordBatchDecoder _decoder = new();
    private Offset _end;
    private bool _isEnding;
    private ITimer? _timer;
    private long _timerDueMs = long.MaxValue;

    // Ends the waiting for commits when the host is closed: a log that lost its majority would keep it open for ever.
    private readonly CancellationTokenSource _closing = new();

    // The appender's own: whether an append failed, after which nothing may get into the log that was decided on it.
    private bool _isBroken;

    // Guards everything below.
    private readonly Lock _gate = new();
    private readonly LinkedList<ReplySlot> _unanswered = new();
    private readonly Queue<TurnGroup<TMachine>> _gathered = new();
    private readonly Queue<TurnGroup<TMachine>> _unpublished = new();
    private readonly Stack<TurnGroup<TMachine>> _idle = new();
    private TurnGroup<TMachine>? _gathering;
    private bool _isAppending;
    private bool _isPublishing;
    private Func<StateException>? _failure;
    private EndTurn? _endTurn;

    private bool HasFailed
    {
        get
        {
            lock (_gate)
            {
                return _failure is not null;
            }
        }
    }

    /// <summary>Looks for a deadline; one may follow from what was replayed.</summary>
    internal void Start() => _mailbox.Post(new TickTurn());

    /// <summary>Takes a turn; the mailbox calls this for one at a time.</summary>
    private void Take(Turn<TMachine> turn)
    {
        switch (turn)
        {
            case EndTurn:
                _isEnding = true;
                _closing.Cancel();
                break;
            case TickTurn:
                _timerDueMs = long.MaxValue;
                break;
        }

        Offset first = _end;
        ReadOnlySpan<byte> batch = default;
        if (!_isEnding && !HasFailed)
        {
            try
            {
                var decision = new Decision(_clock.NowMs);
                turn.Decide(_machine, decision);
                batch = Apply(decision);
                turn.Decision = decision;
                ArmTimer(decision.NowMs);
            }
            catch (Exception cause)
            {
                Stop(() => StateRefusals.Stopped(_log, cause));
            }
        }

        Gather(turn, batch, first);
    }

    /// <summary>
    /// Applies the records of a decision, and gives the batch that they are to be in the log. Applying comes first, and from the bytes that are appended, as a replay does
    /// it: what the machine could not apply never gets into its log.
    /// </summary>
    private ReadOnlySpan<byte> Apply(Decision decision)
    {
        if (decision.Records.Count == 0)
        {
            return default;
        }

        _builder.Reset();
        foreach (DecidedRecord record in decision.Records)
        {
            _builder.Append(decision.NowMs, record.Key, record.Value);
        }

        _builder.BaseOffset = _end;
        ReadOnlySpan<byte> batch = _builder.Build().Span;
        Offset next = _end.Plus(decision.Records.Count);
        LogFold.Apply(_machine, _log, batch, _end, next, _decoder);
        _end = next;
        return batch;
    }

    private void Gather(Turn<TMachine> turn, ReadOnlySpan<byte> batch, Offset first)
    {
        lock (_gate)
        {
            if (_gathering is null || !_gathering.HasRoom(batch.Length))
            {
                _gathering = _idle.TryPop(out TurnGroup<TMachine>? idle) ? idle : new TurnGroup<TMachine>();
                _gathered.Enqueue(_gathering);
            }

            _gathering.Add(turn, batch, first, _end);
        }
    }

    /// <summary>The mailbox calls this when all that was posted is decided, for the time being: it is appended together.</summary>
    private void Rest()
    {
        if (_keyframes is not null && !_isEnding && !HasFailed && _keyframes.TryReserve(_end))
        {
            Freeze();
        }

        lock (_gate)
        {
            if (_isAppending)
            {
                return;
            }

            _isAppending = true;
        }

        _ = AppendAsync();
    }

    /// <summary>Has the machine freeze its state, to be kept when everything it is made of is committed.</summary>
    private void Freeze()
    {
        try
        {
            Gather(new KeyframeTurn(((IKeptMachine)_machine).Freeze(), _end), default, _end);
        }
        catch (Exception cause)
        {
            Stop(() => StateRefusals.Stopped(_log, cause));
        }
    }

    /// <summary>
    /// Appends group after group, the next when the one before is in the log. Were two under way at once, somebody else's append between them could have the log end where
    /// the second expects it, and records would get in that were decided on records that did not. Never throws.
    /// </summary>
    private async Task AppendAsync()
    {
        while (true)
        {
            TurnGroup<TMachine>? group;
            lock (_gate)
            {
                if (!_gathered.TryDequeue(out group))
                {
                    _isAppending = false;
                    return;
                }

                _gathering = _gathering == group ? null : _gathering;
            }

            if (group.HasRecords && !_isBroken && !HasFailed)
            {
                try
                {
                    await _log.AppendAsync(group.Batches, new AppendOptions(ExpectedEnd: group.First)).ConfigureAwait(false);
                }
                catch (Exception cause)
                {
                    _isBroken = true;
                    group.Failure = cause;
                }
            }

            Publish(group);
        }
    }

    private void Publish(TurnGroup<TMachine> group)
    {
        lock (_gate)
        {
            _unpublished.Enqueue(group);
            if (_isPublishing)
            {
                return;
            }

            _isPublishing = true;
        }

        _ = PublishAsync();
    }

    /// <summary>Follows the appends in their order and gives replies; one at a time runs, and only while there are groups. Never throws.</summary>
    private async Task PublishAsync()
    {
        while (true)
        {
            TurnGroup<TMachine>? group;
            lock (_gate)
            {
                if (!_unpublished.TryDequeue(out group))
                {
                    _isPublishing = false;
                    return;
                }
            }

            try
            {
                await CommitAsync(group).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Stop(() => StateRefusals.Closed(_log));
            }
            catch (Exception cause)
            {
                Stop(() => StateRefusals.Stopped(_log, cause));
            }

            foreach (Turn<TMachine> turn in group.Turns)
            {
                Publish(turn);
            }

            Return(group);
        }
    }

    /// <summary>Waits until what a group holds is committed; everything before it is by then.</summary>
    private ValueTask CommitAsync(TurnGroup<TMachine> group)
    {
        if (group.Failure is { } cause)
        {
            Stop(() => StateRefusals.Stopped(_log, cause));
        }

        return !group.HasRecords || HasFailed || _log.Watermarks.Committed >= group.Next
            ? ValueTask.CompletedTask
            : _log.WaitForCommittedAsync(new Offset(group.Next.Value - 1), _closing.Token);
    }

    private void Publish(Turn<TMachine> turn)
    {
        switch (turn)
        {
            case EndTurn end:
                End(end);
                break;
            case KeyframeTurn keyframe when !HasFailed:
                _keyframes!.Begin(keyframe.State, keyframe.Position);
                break;
            default:
                Answer(turn);
                break;
        }
    }

    private void Answer(Turn<TMachine> turn)
    {
        foreach (ReplySlot caller in turn.Decision?.Replies ?? [])
        {
            lock (_gate)
            {
                if (caller.Place?.List is null)
                {
                    continue;
                }

                _unanswered.Remove(caller.Place);
            }

            caller.Publish();
        }
    }

    /// <summary>The first cause stays; everyone who waits is told at once, and everyone who comes.</summary>
    private void Stop(Func<StateException> failure)
    {
        ReplySlot[] unanswered;
        lock (_gate)
        {
            failure = _failure ??= failure;
            unanswered = [.. _unanswered];
            _unanswered.Clear();
        }

        foreach (ReplySlot caller in unanswered)
        {
            caller.Fail(failure());
        }
    }

    private void End(EndTurn end)
    {
        Stop(() => StateRefusals.Closed(_log));
        _timer?.Dispose();
        _closing.Dispose();
        _decoder.Dispose();
        _builder.Dispose();
        lock (_gate)
        {
            while (_idle.TryPop(out TurnGroup<TMachine>? group))
            {
                group.Dispose();
            }
        }

        end.Reached.TrySetResult();
    }

    private void Return(TurnGroup<TMachine> group)
    {
        group.Clear();
        lock (_gate)
        {
            if (_idle.Count < MaxIdleGroups && !_isEnding)
            {
                _idle.Push(group);
                return;
            }
        }

        group.Dispose();
    }

    /// <summary>
    /// Sees to it that the timer goes off at the machine's next deadline. A deadline that moved away is left to the timer, which finds nothing to do
    /// when it goes off and is set again: sessions are prolonged all the time, and each would cost a timer's change.
    /// </summary>
    private void ArmTimer(long nowMs)
    {
        if (_machine.NextDeadlineMs is not long deadlineMs || deadlineMs >= _timerDueMs)
        {
            return;
        }

        _timerDueMs = deadlineMs;
        var wait = TimeSpan.FromMilliseconds(Math.Clamp(deadlineMs - nowMs, 0, int.MaxValue));
        if (_timer is null)
        {
            _timer = _time.CreateTimer(static host => ((MachineHost<TMachine>)host!)._mailbox.Post(new TickTurn()), this, wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class CommandTurn<TReply>(ICommand<TMachine, TReply> command, ReplySlot<TReply> caller) : Turn<TMachine>
    {
        public override void Decide(TMachine machine, Decision decision) => command.Decide(machine, caller, decision);
    }

    private sealed class TickTurn : Turn<TMachine>
    {
        public override void Decide(TMachine machine, Decision decision)
        {
            if (machine.NextDeadlineMs <= decision.NowMs)
            {
                machine.Tick(decision);
            }
        }
    }

    private sealed class KeyframeTurn(IFrozenState state, Offset position) : Turn<TMachine>
    {
        public IFrozenState State { get; } = state;

        public Offset Position { get; } = position;
    }

    private sealed class EndTurn : Turn<TMachine>
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
