using Duramen.Core.Ids;

namespace Duramen.State.Store;

/// <summary>
/// A store as it was when this was opened. All members are safe to call from any thread until it is disposed; every span it handed out is good until
/// then, or until its cursor moves on.
/// <para>
/// Every read may be refused: <see cref="StoreErrors.BelowHorizon"/>, <see cref="StoreErrors.BeyondPosition"/>, and <see cref="StoreErrors.Damaged"/> when what
/// is on disk is not what was written.
/// </para>
/// </summary>
public interface IStoreSnapshot : IDisposable
{
    /// <summary>The latest offset to read as of: now.</summary>
    Offset Position { get; }

    /// <summary>The earliest offset to read as of.</summary>
    Offset Horizon { get; }

    /// <summary>Finds the version of a key that was its last as of an offset. False when there was none or the key was removed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="asOf">After every record below this offset and none other, from <see cref="Horizon"/> to <see cref="Position"/>.</param>
    /// <param name="version">The version.</param>
    bool TryGet(ReadOnlySpan<byte> key, Offset asOf, out VersionView version);

    /// <summary>Goes through the keys of a range that had a value as of an offset, in the order of their bytes or the other way.</summary>
    IVersionCursor Scan(KeyRange range, Offset asOf, ScanOrder order = ScanOrder.Ascending);

    /// <summary>
    /// Goes through the versions of a key, oldest first, removals included: the one that was its last as of <see cref="Horizon"/>, unless that is a
    /// removal, and all after it.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="from">When given and after the horizon: only the versions put at or after this offset. What is before costs nothing.</param>
    IVersionCursor History(ReadOnlySpan<byte> key, Offset? from = null);

    /// <summary>
    /// Goes through the keys whose value was another as of one offset than as of another, in the order of their bytes. Costs what was put between the
    /// two, or, where that is much, a pass over the table.
    /// </summary>
    IDifferenceCursor Diff(Offset from, Offset to);

    /// <summary>
    /// Goes through the versions that were put at or after one offset and below another, removals included, in the order of offsets. Those of one offset come in no
    /// particular order.
    /// </summary>
    IVersionCursor Changes(Offset from, Offset to);
}
