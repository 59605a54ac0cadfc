using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.State.Keyframes;

namespace Duramen.State.Machines;

/// <summary>Opens hosts.</summary>
public static class MachineHost
{
    /// <summary>Folds a log into a machine and takes commands from there on. Waits until everything in the log is committed.</summary>
    /// <param name="machine">A machine in its first state, now the host's alone.</param>
    /// <param name="log">The machine's log.</param>
    /// <param name="time">The clock and the timers; the system's by default.</param>
    /// <param name="keyframes">Where the state is kept now and then, to be gone on from the next time; the whole log is folded by default.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="StateException">
    /// <see cref="StateErrors.Unreadable"/>: the log has a record, or the folder a good keyframe, that the machine does not understand.
    /// </exception>
    /// <exception cref="LogException">The log cannot be read.</exception>
    /// <exception cref="ArgumentException">There are keyframes, and the machine is no <see cref="IKeptMachine"/>.</exception>
    public static async ValueTask<MachineHost<TMachine>> OpenAsync<TMachine>(
        TMachine machine, ILog log, TimeProvider? time = null, MachineKeyframes? keyframes = null, CancellationToken cancellationToken = default)
        where TMachine : class, IMachine
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(log);
        LogWatermarks watermarks = log.Watermarks;
        Offset from = watermarks.Start;
        KeyframeWriter? writer = null;
        if (keyframes is not null)
        {
            from = Resume(machine, log, keyframes, watermarks);
            writer = new KeyframeWriter(keyframes.Folder, keyframes.IntervalRecords, from);
        }

        Offset end = await LogFold.RunAsync(machine, log, from, watermarks.End, cancellationToken).ConfigureAwait(false);
        var host = new MachineHost<TMachine>(machine, log, time ?? TimeProvider.System, end, writer);
        host.Start();
        return host;
    }

    /// <summary>Gives the machine the state of the newest keyframe that can be gone on from; says where the fold begins.</summary>
    private static Offset Resume(IMachine machine, ILog log, MachineKeyframes keyframes, LogWatermarks watermarks)
    {
        IKeptMachine kept = machine as IKeptMachine
            ?? throw new ArgumentException($"The state of a {machine.GetType().Name} cannot be kept: it is no {nameof(IKeptMachine)}.", nameof(machine));
        if (keyframes.Folder.Find(watermarks.Start, watermarks.End) is not { } keyframe)
        {
            return watermarks.Start;
        }

        try
        {
            kept.Restore(keyframe.Open());
        }
        catch (Exception cause)
        {
            // The machine has half of a state now, so that nothing older can be tried.
            throw StateRefusals.Unreadable(log, keyframe.Position, cause, keyframes.Folder.PathOf(keyframe.Position));
        }

        return keyframe.Position;
    }
}

/// <summary>
/// Runs a machine on a log. Commands are decided one at a time, in the order in which they were given; the records of each are applied at once and
/// become one batch. What was decided while an append is under way is appended together when that one is in the log. A reply is given when everything that its command could have seen is committed,
/// questions included, so that nobody is told what a crash could take back.
/// <para>
/// Every append expects the log to end where the one before it ended, and is begun when that one is in the log. So two hosts on one log cannot both go on: the log takes
/// the records of one, and the other stops (<see cref="StateErrors.Superseded"/>); nothing gets into the log that was decided on records that did not.
/// </para>
/// <para>
/// With keyframes the state is kept after every so many records, once these are committed, and the next host goes on from there. The machine only freezes its state;
/// the file is written beside it, from what was frozen.
/// </para>
/// A host that cannot append stops for good: its state is ahead of the log, and every call that was not answered fails with a
/// <see cref="StateException"/>. Open another on the log; its state is what the log says. All members are safe to call from any thread.
/// </summary>
/// <typeparam name="TMachine">The machine.</typeparam>
public sealed partial class MachineHost<TMachine> : IAsyncDisposable
    where TMachine : class, IMachine
{
    private readonly TMachine _machine;
    private readonly ILog _log;
    private readonly TimeProvider _time;
    private readonly HostClock _clock;
    private readonly KeyframeWriter? _keyframes;
    private readonly Mailbox<Turn<TMachine>> _mailbox;

    internal MachineHost(TMachine machine, ILog log, TimeProvider time, Offset end, KeyframeWriter? keyframes)
    {
        _machine = machine;
        _log = log;
        _time = time;
        _clock = new HostClock(time);
        _end = end;
        _keyframes = keyframes;
        _mailbox = new Mailbox<Turn<TMachine>>(Take, Rest);
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
        if (_keyframes is not null)
        {
            await _keyframes.DisposeAsync().ConfigureAwait(false);
        }
    }
}
