using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.State.Store;

/// <summary>
/// The state of a fold with its past: for every key its versions, each with the offset of the record that made it. It is a cache of the log it is
/// folded from, and may be deleted at any time.
/// <para>
/// One owner, the fold, calls <see cref="Put"/>, <see cref="Advance"/>, <see cref="MoveHorizon"/> and <see cref="FlushAsync"/>, one after the other. All else is
/// safe to call from any thread, and reading never makes the owner wait.
/// </para>
/// <code>
///      Horizon            DurablePosition       Position
///   ------|--- as of any ------|------------------|
///   merged away                a crash goes back to here
/// </code>
/// </summary>
public interface IVersionedStore : IAsyncDisposable
{
    /// <summary>What the fold has got to: the state is that after every record below this offset, and none other.</summary>
    Offset Position { get; }

    /// <summary>The position that a crash goes back to, and the fold goes on from.</summary>
    Offset DurablePosition { get; }

    /// <summary>The earliest offset that the state can still be read as of.</summary>
    Offset Horizon { get; }

    /// <summary>The digest of everything that was put up to <see cref="Position"/>; only the owner may ask.</summary>
    StoreDigest Digest { get; }

    /// <summary>What the owner attached to <see cref="Position"/>; empty when nothing.</summary>
    ReadOnlyMemory<byte> Attachment { get; }

    /// <summary>
    /// Gives a key a version. It is seen once <see cref="Advance"/> has passed its offset. A second version of one key at one offset replaces the first.
    /// </summary>
    /// <param name="key">The key; copied.</param>
    /// <param name="value">The value; copied. Null removes the key.</param>
    /// <param name="offset">The offset of the record that made the version: at or after <see cref="Position"/>, and not before that of the last put.</param>
    /// <param name="timestampMs">The time of that record.</param>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrors.TooLarge"/>: the key or value is, and nothing changed. <see cref="StoreErrors.Failed"/>, <see cref="StoreErrors.Closed"/>.
    /// </exception>
    void Put(ReadOnlySpan<byte> key, NullableBytes value, Offset offset, long timestampMs);

    /// <summary>
    /// Says that the fold got to a position: everything that was put becomes visible, all of it at once. Now and then this waits until the disk has
    /// caught up.
    /// </summary>
    /// <param name="position">After every offset that was put.</param>
    /// <param name="attachment">
    /// Bytes that are kept with the position, durable when it is; such as the positions of several logs. Copied.
    /// </param>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrors.Full"/>: what must be kept does not fit the disk budget. <see cref="StoreErrors.Failed"/>, <see cref="StoreErrors.Closed"/>.
    /// </exception>
    void Advance(Offset position, ReadOnlySpan<byte> attachment = default);

    /// <summary>
    /// Gives up the past before an offset: versions that are seen only as of earlier ones go away in time. Does nothing when the horizon is there or
    /// later. Snapshots that are open keep theirs.
    /// </summary>
    /// <param name="horizon">At or before <see cref="Position"/>.</param>
    void MoveHorizon(Offset horizon);

    /// <summary>Makes the current position durable, and the state with it. Nothing may have been put since the last <see cref="Advance"/>.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken = default);

    /// <summary>What can be read at this moment, unchanged by what is put later. Whoever opens it disposes it.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.Closed"/>.</exception>
    IStoreSnapshot OpenSnapshot();
}
