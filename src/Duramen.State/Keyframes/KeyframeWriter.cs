using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Keyframes;

/// <summary>Keeps a keyframe now and then, beside the fold and not in its way: what is kept is frozen, and later changes do not touch it.</summary>
internal sealed class KeyframeWriter(KeyframeFolder folder, long interval, Offset last) : IAsyncDisposable
{
    // The fold's own.
    private Offset _last = last;

    private volatile bool _isReserved;
    private volatile Task _writing = Task.CompletedTask;

    /// <summary>Begins to keep the state of a store if that is due and none is being kept. The fold calls this at every position.</summary>
    public void Offer(IVersionedStore store)
    {
        if (TryReserve(store.Position))
        {
            IStoreSnapshot state = store.OpenSnapshot();
            Begin(new FrozenSnapshot(state), store.Position, store.Attachment.ToArray(), state);
        }
    }

    /// <summary>Says whether a keyframe is due at a position and none is being kept; then <see cref="Begin(IFrozenState, Offset)"/> is to be called, or never again.</summary>
    public bool TryReserve(Offset position)
    {
        if (_isReserved || position.Since(_last) < interval)
        {
            return false;
        }

        _last = position;
        _isReserved = true;
        return true;
    }

    /// <summary>Begins to keep a state that was reserved.</summary>
    public void Begin(IFrozenState state, Offset position) => Begin(state, position, [], null);

    public async ValueTask DisposeAsync() => await _writing.ConfigureAwait(false);

    // On a thread of its own: it computes for a second, and the pool may have no more than two.
    private void Begin(IFrozenState state, Offset position, byte[] attachment, IDisposable? owned) =>
        _writing = Task.Factory.StartNew(() => Keep(state, position, attachment, owned), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Keep(IFrozenState state, Offset position, byte[] attachment, IDisposable? owned)
    {
        try
        {
            folder.Keep(position, state, attachment);
        }
        catch (Exception cause) when (cause is not DuramenException { Code: var code } || code != Invariant.Broken)
        {
            // The state's own code: the fold goes on without a keyframe.
            folder.Say($"No keyframe was kept at offset {position}: {cause.Message}");
        }
        finally
        {
            owned?.Dispose();
            _isReserved = false;
        }
    }
}
