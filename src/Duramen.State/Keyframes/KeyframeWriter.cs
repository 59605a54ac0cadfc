using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Keyframes;

/// <summary>Keeps a keyframe now and then, beside the fold and not in its way: the state is read from a snapshot, which later changes do not touch.</summary>
internal sealed class KeyframeWriter(KeyframeFolder folder, long interval, Offset last) : IAsyncDisposable
{
    private Offset _last = last;
    private Task _writing = Task.CompletedTask;

    /// <summary>Begins to keep the state if that is due and none is being kept. The fold calls this at every position.</summary>
    public void Offer(IVersionedStore store)
    {
        if (store.Position.Value - _last.Value < interval || !_writing.IsCompleted)
        {
            return;
        }

        _last = store.Position;
        IStoreSnapshot state = store.OpenSnapshot();
        byte[] attachment = store.Attachment.ToArray();
        _writing = Task.Run(() =>
        {
            using (state)
            {
                folder.Keep(state, attachment);
            }
        });
    }

    public async ValueTask DisposeAsync() => await _writing.ConfigureAwait(false);
}
