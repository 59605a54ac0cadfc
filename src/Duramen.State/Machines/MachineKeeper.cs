using Duramen.Log;

namespace Duramen.State.Machines;

/// <summary>
/// Keeps a machine running on a log: when its host stopped for a reason that may pass, such as a full disk, the next call opens another one, whose state
/// is what the log says. A host that was superseded is not replaced, since its log has another owner. All members are safe to call from any thread.
/// </summary>
/// <typeparam name="TMachine">The machine.</typeparam>
public sealed class MachineKeeper<TMachine> : IAsyncDisposable
    where TMachine : class, IMachine
{
    private readonly Func<TMachine> _create;
    private readonly ILog _log;
    private readonly TimeProvider _time;
    private readonly MachineKeyframes? _keyframes;
    private readonly Lock _gate = new();
    private volatile Task<MachineHost<TMachine>> _host;
    private bool _isClosed;

    /// <summary>Begins to open a host. Nobody needs to wait for that: calls do.</summary>
    /// <param name="create">Makes a machine in its first state.</param>
    /// <param name="log">The machine's log.</param>
    /// <param name="time">The clock and the timers; the system's by default.</param>
    /// <param name="keyframes">As for <see cref="MachineHost.OpenAsync"/>.</param>
    public MachineKeeper(Func<TMachine> create, ILog log, TimeProvider? time = null, MachineKeyframes? keyframes = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(log);
        _create = create;
        _log = log;
        _time = time ?? TimeProvider.System;
        _keyframes = keyframes;
        _host = OpenAsync(null);
    }

    /// <summary>As <see cref="MachineHost{TMachine}.ExecuteAsync"/>. Commands that are given while a host runs are decided in the order of the calls.</summary>
    /// <exception cref="StateException">
    /// As there; <see cref="StateErrors.Unreadable"/> too, when a host has to be opened. After <see cref="StateErrors.Failed"/> a call may be made again.
    /// </exception>
    /// <exception cref="LogException">A host has to be opened and the log cannot be read.</exception>
    public Task<TReply> ExecuteAsync<TReply>(ICommand<TMachine, TReply> command, CancellationToken cancellationToken = default)
    {
        Task<MachineHost<TMachine>> host = _host;
        return host.IsCompletedSuccessfully && host.Result.IsRunning
            ? host.Result.ExecuteAsync(command, cancellationToken)
            : OpenAndExecuteAsync(command, cancellationToken);
    }

    /// <summary>Closes the host that runs, as <see cref="MachineHost{TMachine}.DisposeAsync"/> does, and opens no other.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        try
        {
            await (await _host.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is StateException or LogException)
        {
            // No host was opened: there is nothing to close, and whoever called was told.
        }
    }

    private async Task<TReply> OpenAndExecuteAsync<TReply>(ICommand<TMachine, TReply> command, CancellationToken cancellationToken)
    {
        Task<MachineHost<TMachine>> opening;
        lock (_gate)
        {
            if (!_isClosed && _host.IsCompleted && !(_host.IsCompletedSuccessfully && _host.Result.IsRunning))
            {
                _host = OpenAsync(_host.IsCompletedSuccessfully ? _host.Result : null);
            }

            opening = _host;
        }

        MachineHost<TMachine> host = await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await host.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a host once the one before has no append under way any more.</summary>
    private async Task<MachineHost<TMachine>> OpenAsync(MachineHost<TMachine>? before)
    {
        if (before is not null)
        {
            if (before.Failure is { } failure && failure.Code == StateErrors.Superseded)
            {
                return before;
            }

            await before.DisposeAsync().ConfigureAwait(false);
        }

        return await MachineHost.OpenAsync(_create(), _log, _time, _keyframes).ConfigureAwait(false);
    }
}
