using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;

namespace Duramen.State.Machines;

/// <summary>Opens hosts.</summary>
public static class MachineHost
{
    /// <summary>Folds a log into a machine and takes commands from there on. Waits until everything in the log is committed.</summary>
    /// <param name="machine">A machine in its first state, now the host's alone.</param>
    /// <param name="log">The machine's log.</param>
    /// <param name="time">The clock and the timers; the system's by default.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="StateException"><see cref="StateErrors.Unreadable"/>: the log has a record that the machine does not understand.</exception>
    /// <exception cref="LogException">The log cannot be read.</exception>
    public static async ValueTask<MachineHost<TMachine>> OpenAsync<TMachine>(
        TMachine machine, ILog log, TimeProvider? time = null, CancellationToken cancellationToken = default)
        where TMachine : class, IMachine
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(log);
        LogWatermarks watermarks = log.Watermarks;
        Offset end = await LogFold.RunAsync(machine, log, watermarks.Start, watermarks.End, cancellationToken).ConfigureAwait(false);
        var host = new MachineHost<TMachine>(machine, log, time ?? TimeProvider.System, end);
        host.Start();
        return host;
    }
}

/// <summary>
/// Runs a machine on a log. Commands are decided one at a time, in the order in which they were given; the records of each are applied at once and
/// appended as one batch, without waiting for those before. A reply is given when everything that its command could have seen is committed,
/// questions included, so that nobody is told what a crash could take back.
/// <para>
/// Every append expects the log to end where the machine's state ends. So two hosts on one log cannot both go on: the log takes the records of one,
/// and the other stops (<see cref="StateErrors.Superseded"/>).
/// </para>
/// A host that cannot append stops for good: its state is ahead of the log, and every call that was not answered fails with a
/// <see cref="StateException"/>. Open another on the log; its state is what the log says. All members are safe to call from any thread.
/// </summary>
/// <typeparam name="TMachine">The machine.</typeparam>
public sealed class MachineHost<TMachine> : IAsyncDisposable
    where TMachine : class, IMachine
{
    // Builders that wait for their next batch; more are made when more appends are under way.
    private const int MaxIdleBuilders = 16;

    // A builder that grew larger than this for one decision does not keep the memory.
    private const int MaxIdleBuilderBytes = 64 * 1024;

    private readonly TMachine _machine;
    private readonly ILog _log;
    private readonly TimeProvider _time;
    private readonly HostClock _clock;
    private readonly Mailbox<Turn<TMachine>> _mailbox;
    private readonly RecordBatchDecoder _decoder = new();

    // Ends the waiting for commits when the host is closed: a log that lost its majority would keep it open for ever.
    private readonly CancellationTokenSource _closing = new();

    // The mailbox's own: where the state ends, whether more may be decided, and when the timer goes off.
    private Offset _end;
    private bool _isEnding;
    private ITimer? _timer;
    private long _timerDueMs = long.MaxValue;

    // Guards everything below.
    private readonly Lock _gate = new();
    private readonly LinkedList<ReplySlot> _unanswered = new();
    private readonly Queue<Turn<TMachine>> _unpublished = new();
    private readonly Stack<RecordBatchBuilder> _builders = new();
    private bool _isPublishing;
    private Func<StateException>? _failure;
    private EndTurn? _endTurn;

    internal MachineHost(TMachine machine, ILog log, TimeProvider time, Offset end)
    {
        _machine = machine;
        _log = log;
        _time = time;
        _clock = new HostClock(time);
        _end = end;
        _mailbox = new Mailbox<Turn<TMachine>>(Take);
    }

    /// <summary>The log under the machine.</summary>
    public ILog Log => _log;

    /// <summary>Whether the host takes commands: it neither stopped nor was closed.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_gate)
            {
                return _failure is null && _endTurn is null;
            }
        }
    }

    /// <summary>Why the host answers no more; null while it does.</summary>
    public StateException? Failure
    {
        get
        {
            lock (_gate)
            {
                return _failure?.Invoke();
            }
        }
    }

    /// <summary>
    /// Has the machine decide a command, and gives its reply. The number of calls under way is the caller's to bound.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Ends the waiting; a command that was given is decided all the same.</param>
    /// <exception cref="StateException">
    /// <see cref="StateErrors.Failed"/>, <see cref="StateErrors.Superseded"/>: the host stopped; whether the effects of the command are in the log is
    /// not known. <see cref="StateErrors.Closed"/>: the host was closed.
    /// </exception>
    public Task<TReply> ExecuteAsync<TReply>(ICommand<TMachine, TReply> command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TReply>(cancellationToken);
        }

        var caller = new ReplySlot<TReply>();
        lock (_gate)
        {
            if (_failure is not null || _endTurn is not null)
            {
                return Task.FromException<TReply>(_failure?.Invoke() ?? StateRefusals.Closed(_log));
            }

            caller.Place = _unanswered.AddLast(caller);
        }

        _mailbox.Post(new CommandTurn<TReply>(command, caller));
        return cancellationToken.CanBeCanceled ? caller.Answer.WaitAsync(cancellationToken) : caller.Answer;
    }

    /// <summary>
    /// Takes no more commands, waits for the appends under way and gives the replies that are committed then, and fails every other call with
    /// <see cref="StateErrors.Closed"/>. The log stays open.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        EndTurn end;
        bool isFirst;
        lock (_gate)
        {
            isFirst = _endTurn is null;
            end = _endTurn ??= new EndTurn();
        }

        if (isFirst)
        {
            _mailbox.Post(end);
        }

        await end.Reached.Task.ConfigureAwait(false);
    }

    /// <summary>Looks for a deadline; one may follow from what was replayed.</summary>
    internal void Start() => _mailbox.Post(new TickTurn());

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

        if (!_isEnding && !HasFailed)
        {
            try
            {
                var decision = new Decision(_clock.NowMs);
                turn.Decide(_machine, decision);
                Append(turn, decision);
                turn.Decision = decision;
                ArmTimer(decision.NowMs);
            }
            catch (Exception cause)
            {
                Stop(() => StateRefusals.Stopped(_log, cause));
            }
        }

        Publish(turn);
    }

    /// <summary>
    /// Applies the records and begins to append them. Applying comes first, and from the bytes that are appended, as a replay does it: what the
    /// machine could not apply never gets into its log.
    /// </summary>
    private void Append(Turn<TMachine> turn, Decision decision)
    {
        if (decision.Records.Count == 0)
        {
            return;
        }

        RecordBatchBuilder builder = turn.Batch = TakeBuilder();
        foreach (DecidedRecord record in decision.Records)
        {
            builder.Append(decision.NowMs, record.Key, record.Value);
        }

        builder.BaseOffset = _end;
        Memory<byte> batch = builder.Build();
        LogFold.Apply(_machine, _log, batch.Span, _end, _decoder);
        turn.Append = _log.AppendAsync(batch, new AppendOptions(ExpectedEnd: _end)).AsTask();
        _end = _end.Plus(decision.Records.Count);
    }

    private void Publish(Turn<TMachine> turn)
    {
        lock (_gate)
        {
            _unpublished.Enqueue(turn);
            if (_isPublishing)
            {
                return;
            }

            _isPublishing = true;
        }

        _ = PublishAsync();
    }

    /// <summary>Follows the appends in their order and gives replies; one at a time runs, and only while there are turns. Never throws.</summary>
    private async Task PublishAsync()
    {
        while (true)
        {
            Turn<TMachine>? turn;
            lock (_gate)
            {
                if (!_unpublished.TryDequeue(out turn))
                {
                    _isPublishing = false;
                    return;
                }
            }

            try
            {
                await CommitAsync(turn).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Stop(() => StateRefusals.Closed(_log));
            }
            catch (Exception cause)
            {
                Stop(() => StateRefusals.Stopped(_log, cause));
            }

            if (turn is EndTurn end)
            {
                End(end);
            }
            else
            {
                Answer(turn);
            }
        }
    }

    /// <summary>Waits until what a turn decided is committed; everything before it is by then.</summary>
    private async ValueTask CommitAsync(Turn<TMachine> turn)
    {
        if (turn.Batch is not RecordBatchBuilder builder)
        {
            return;
        }

        Offset next = default;
        try
        {
            if (turn.Append is not null)
            {
                next = (await turn.Append.ConfigureAwait(false)).NextOffset;
            }
        }
        finally
        {
            ReturnBuilder(builder);
        }

        if (!HasFailed && _log.Watermarks.Committed < next)
        {
            await _log.WaitForCommittedAsync(new Offset(next.Value - 1), _closing.Token).ConfigureAwait(false);
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
        while (_builders.TryPop(out RecordBatchBuilder? builder))
        {
            builder.Dispose();
        }

        end.Reached.TrySetResult();
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

    private RecordBatchBuilder TakeBuilder()
    {
        lock (_gate)
        {
            return _builders.TryPop(out RecordBatchBuilder? builder) ? builder : new RecordBatchBuilder();
        }
    }

    private void ReturnBuilder(RecordBatchBuilder builder)
    {
        bool isSmall = builder.SizeBytes <= MaxIdleBuilderBytes;
        builder.Reset();
        lock (_gate)
        {
            if (isSmall && _builders.Count < MaxIdleBuilders)
            {
                _builders.Push(builder);
                return;
            }
        }

        builder.Dispose();
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

    private sealed class EndTurn : Turn<TMachine>
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Decide(TMachine machine, Decision decision)
        {
        }
    }
}
