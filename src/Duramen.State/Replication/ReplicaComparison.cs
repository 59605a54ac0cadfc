using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Replication;

/// <summary>Whether replicas have the same state, and where not.</summary>
public static class ReplicaComparison
{
    /// <summary>
    /// Compares the digests of two replicas at the last offset at which both noted one (<see cref="ReplicaOptions.DigestInterval"/>). If they differ, both are stopped, with the
    /// offset and the first key. Returns the point at which they agreed; null when they have no such offset in common yet.
    /// </summary>
    /// <exception cref="StateException"><see cref="StateErrors.Diverged"/>.</exception>
    public static ReplicaPoint? Check(MachineReplica left, MachineReplica right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (MachineReplica.LastCommonMark(left, right) is not var (ofLeft, ofRight))
        {
            return null;
        }

        if (ofLeft == ofRight)
        {
            return ofLeft;
        }

        using IStoreSnapshot leftState = left.OpenSnapshot();
        using IStoreSnapshot rightState = right.OpenSnapshot();
        string where = FindDivergence(leftState, rightState, ofLeft.Position)?.ToString()
            ?? $"their digests at offset {ofLeft.Position} differ, but no value as of there does: one of the stores is damaged.";
        StateException diverged = StateRefusals.Diverged(left.Log, where);
        left.Stop(diverged);
        right.Stop(diverged);
        throw diverged;
    }

    /// <summary>
    /// Finds where two states that differ as of an offset began to, by halving the offsets that both can be read as of; null when they do not differ. A difference
    /// that came and went before is not found.
    /// </summary>
    public static Divergence? FindDivergence(IStoreSnapshot left, IStoreSnapshot right, Offset asOf)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (FirstDifference(left, right, asOf) is not { } found)
        {
            return null;
        }

        long same = Math.Max(left.Horizon.Value, right.Horizon.Value);
        if (FirstDifference(left, right, new Offset(same)) is { } older)
        {
            return older;
        }

        long different = asOf.Value;
        while (different - same > 1)
        {
            long middle = same + ((different - same) / 2);
            if (FirstDifference(left, right, new Offset(middle)) is { } earlier)
            {
                (different, found) = (middle, earlier);
            }
            else
            {
                same = middle;
            }
        }

        return found with { Offset = new Offset(different - 1) };
    }

    private static Divergence? FirstDifference(IStoreSnapshot left, IStoreSnapshot right, Offset asOf)
    {
        using IVersionCursor ofLeft = left.Scan(KeyRange.All, asOf);
        using IVersionCursor ofRight = right.Scan(KeyRange.All, asOf);
        bool hasLeft = ofLeft.MoveNext();
        bool hasRight = ofRight.MoveNext();
        while (hasLeft || hasRight)
        {
            int order = !hasRight ? -1 : !hasLeft ? 1 : ofLeft.Current.Key.SequenceCompareTo(ofRight.Current.Key);
            if (order != 0 || !ofLeft.Current.Value.Span.SequenceEqual(ofRight.Current.Value.Span))
            {
                return new Divergence(
                    null,
                    (order <= 0 ? ofLeft : ofRight).Current.Key.ToArray(),
                    order <= 0 ? (ReadOnlyMemory<byte>?)ofLeft.Current.Value.ToArray() : null,
                    order >= 0 ? (ReadOnlyMemory<byte>?)ofRight.Current.Value.ToArray() : null);
            }

            hasLeft = ofLeft.MoveNext();
            hasRight = ofRight.MoveNext();
        }

        return null;
    }
}
