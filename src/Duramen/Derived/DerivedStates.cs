using Duramen.Coordination.Topics;
using Duramen.Core.Errors;
using Duramen.Disk;
using Microsoft.Extensions.Logging;

namespace Duramen.Derived;

/// <summary>
/// What is folded from topics, while somebody asks for it. A state is opened when it is first asked for, shared by all who use it, closed when nobody did for a
/// while, and deleted with its topic. All of them together stay within one budget of memory. Their folders hold nothing that the logs do not have. Safe to call
/// from any thread.
/// </summary>
internal sealed partial class DerivedStates : IAsyncDisposable
{
    // A topic takes so much of what is left: the first ones get most, and there is room for more.
    private const int PartOfRest = 4;

    // The least that a store takes.
    private const long LeastBytesOfPartition = 1 << 20;

    // How soon after its topic a state is gone, and how exactly idle ones are closed. Costs a list of folders.
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<StateKey, DerivedState> _open = [];
    private readonly IDisk _disk;
    private readonly string _path;
    private readonly Func<Guid, bool> _hasTopic;
    private readonly StateOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private long _leftBytes;
    private bool _isClosed;

    /// <param name="disk">The disk of the node.</param>
    /// <param name="path">The folder of all states, which need not exist.</param>
    /// <param name="hasTopic">Whether a topic exists.</param>
    /// <param name="options">How they are kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what could not be closed or deleted.</param>
    public DerivedStates(IDisk disk, string path, Func<Guid, bool> hasTopic, StateOptions options, TimeProvider time, ILogger logger)
    {
        _disk = disk;
        _path = path;
        _hasTopic = hasTopic;
        _options = options;
        _time = time;
        _logger = logger;
        _leftBytes = options.MemoryBytes;
        _timer = time.CreateTimer(static states => ((DerivedStates)states!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>Opens a state, or shares the one that is open.</summary>
    /// <param name="kind">What is folded; the name of a folder.</param>
    /// <param name="topic">What it is folded from.</param>
    /// <param name="open">Opens it in a folder, with so many bytes of memory.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DuramenException"><see cref="NodeErrors.StateExhausted"/>, <see cref="NodeErrors.Stopped"/>, and what opening fails with.</exception>
    public async ValueTask<StateLease<TState>> UseAsync<TState>(string kind, ServedTopic topic, Func<string, long, TState> open, CancellationToken cancellationToken)
        where TState : class, IAsyncDisposable
    {
        var key = new StateKey(kind, topic.Topic.Id);
        DerivedState? used;
        while (!TryUse(key, topic, open, out used, out Task closed))
        {
            await closed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return new StateLease<TState>(this, used!, (TState)await used!.Opening.WaitAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            Release(used!);
            throw;
        }
    }

    /// <summary>Lets go of a state.</summary>
    public void Release(DerivedState state)
    {
        lock (_gate)
        {
            state.Users--;
            state.UsedAt = _time.GetTimestamp();

            // Whoever comes after one that could not be opened tries again.
            if (state.IsRetired || state.Opening.IsFaulted)
            {
                Retire(state);
            }
        }
    }

    /// <summary>Closes what is idle or has lost its topic, and deletes the folders of topics that are gone.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            foreach (DerivedState state in _open.Values)
            {
                bool isIdle = state.Users == 0 && _time.GetElapsedTime(state.UsedAt) >= _options.IdleTimeout;
                if (isIdle || !_hasTopic(state.Key.TopicId))
                {
                    Retire(state);
                }
            }
        }

        try
        {
            DeleteOrphans();
        }
        catch (DiskException cause)
        {
            // They are looked for again.
            LogNotDeleted(_logger, _path, cause.Message);
        }
    }

    /// <summary>Opens nothing more, and closes everything as its last user lets go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        Task[] closed;
        lock (_gate)
        {
            _isClosed = true;
            closed = [.. _open.Values.Select(Retire)];
        }

        await Task.WhenAll(closed).ConfigureAwait(false);
    }

    /// <summary>Finds a state to use; where there cannot be one yet, says what has to be closed before.</summary>
    private bool TryUse<TState>(StateKey key, ServedTopic topic, Func<string, long, TState> open, out DerivedState? used, out Task closed)
        where TState : class, IAsyncDisposable
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                throw DerivedRefusals.Closed();
            }

            closed = Task.CompletedTask;
            int partitions = topic.Logs.Count;
            if (_open.TryGetValue(key, out used))
            {
                if (used.IsRetired || used.PartitionCount != partitions)
                {
                    closed = Retire(used);
                    return false;
                }

                used.Users++;
                return true;
            }

            long memoryBytes = Math.Max(LeastBytesOfPartition * partitions, _leftBytes / PartOfRest);
            if (memoryBytes > _leftBytes)
            {
                DerivedState leaving = _open.Values.Where(state => state.Users == 0 || state.IsRetired).MinBy(state => state.UsedAt)
                    ?? throw DerivedRefusals.NoRoom(topic.Topic.Name, partitions, _leftBytes);
                closed = Retire(leaving);
                return false;
            }

            _leftBytes -= memoryBytes;
            string path = $"{_path}/{key.RelativePath}";
            used = new DerivedState(key, partitions, memoryBytes, Task.Run<IAsyncDisposable>(() => open(path, memoryBytes))) { Users = 1 };
            _open.Add(key, used);
            return true;
        }
    }

    /// <summary>Gives a state to nobody any more, and closes it when nobody uses it. Needs the gate; the result ends when it is closed.</summary>
    private Task Retire(DerivedState state)
    {
        state.IsRetired = true;
        if (state.Users == 0 && !state.IsClosing)
        {
            state.IsClosing = true;
            _ = Task.Run(() => CloseAsync(state));
        }

        return state.Closed;
    }

    private async Task CloseAsync(DerivedState state)
    {
        try
        {
            await (await state.Opening.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            // Whoever opened it was told; and what was not closed well is folded again.
            LogNotClosed(_logger, state.Key.RelativePath, cause.Message);
        }

        lock (_gate)
        {
            _open.Remove(state.Key);
            _leftBytes += state.MemoryBytes;
        }

        state.SetClosed();
    }

    private void DeleteOrphans()
    {
        foreach (string kind in Folders(_path))
        {
            foreach (string name in Folders($"{_path}/{kind}"))
            {
                // Ids are never used again, so that nobody opens the state of a topic that is gone.
                if (!Guid.TryParseExact(name, "D", out Guid topicId) || (!_hasTopic(topicId) && !IsOpen(new StateKey(kind, topicId))))
                {
                    _disk.DeleteFolder($"{_path}/{kind}/{name}");
                }
            }
        }
    }

    private bool IsOpen(StateKey key)
    {
        lock (_gate)
        {
            return _open.ContainsKey(key);
        }
    }

    private IReadOnlyList<string> Folders(string path) => _disk.FolderExists(path) ? _disk.ListFolders(path) : [];

    [LoggerMessage(20, LogLevel.Warning, "What is folded in {Path} was not closed well: {Cause}")]
    private static partial void LogNotClosed(ILogger logger, string path, string cause);

    [LoggerMessage(21, LogLevel.Warning, "What was folded from topics that are gone is not deleted from {Path} yet: {Cause}")]
    private static partial void LogNotDeleted(ILogger logger, string path, string cause);
}
