using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Tables;

/// <summary>
/// Finds since when something holds, by halving the time in which it began to. That it goes on holding once it does is assumed, and not looked at; where it came and went, one of the places is
/// found where it came.
/// </summary>
public static class Bisection
{
    /// <summary>A condition on a key's value; null when the key has none, as before its first version and after its removal.</summary>
    /// <param name="value">The value, good during the call.</param>
    /// <param name="offset">The offset of the record that made it; null when there is no value.</param>
    /// <param name="timestampMs">The time of that record.</param>
    public delegate bool ValueCondition(NullableBytes value, Offset? offset, long timestampMs);

    /// <summary>
    /// Finds the earliest moment as of which a condition holds. It is asked about as many moments as the number of offsets between the two can be halved, and two more.
    /// </summary>
    /// <param name="from">The earliest moment that it may begin to hold as of.</param>
    /// <param name="to">The latest.</param>
    /// <param name="holdsAsOf">The condition.</param>
    public static BisectionResult Find(Offset from, Offset to, Func<Offset, bool> holdsAsOf)
    {
        ArgumentNullException.ThrowIfNull(holdsAsOf);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        if (holdsAsOf(from))
        {
            return new BisectionResult(from, HeldBefore: true, Asked: 1);
        }

        if (from == to || !holdsAsOf(to))
        {
            return new BisectionResult(null, HeldBefore: false, Asked: from == to ? 1 : 2);
        }

        int asked = 2;
        (long not, long holds) = (from.Value, to.Value);
        while (holds - not > 1)
        {
            long middle = not + ((holds - not) / 2);
            asked++;
            if (holdsAsOf(new Offset(middle)))
            {
                holds = middle;
            }
            else
            {
                not = middle;
            }
        }

        return new BisectionResult(new Offset(holds), HeldBefore: false, asked);
    }

    /// <summary>Finds the earliest moment as of which a condition on the value of a key holds, from its first version on. The values between are not read, and each version only once.</summary>
    /// <param name="snapshot">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="to">The latest moment that is looked at.</param>
    /// <param name="condition">The condition.</param>
    /// <returns>The moment, and how many versions were asked about; null when the key has no version by then.</returns>
    public static BisectionResult? FindByKey(IStoreSnapshot snapshot, ReadOnlySpan<byte> key, Offset to, ValueCondition condition)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(condition);
        byte[] copy = key.ToArray();
        Offset from;
        using (IVersionCursor history = snapshot.History(key))
        {
            if (!history.MoveNext() || history.Current.Offset >= to)
            {
                return null;
            }

            from = Offset.Max(history.Current.Offset.Plus(1), snapshot.Horizon);
        }

        var known = new Dictionary<Offset, bool>();
        BisectionResult found = Find(from, to, asOf =>
        {
            // Without a value there is no version to know it by, but all moments without one are alike.
            bool isThere = snapshot.TryGet(copy, asOf, out VersionView version);
            Offset place = isThere ? version.Offset : new Offset(-1);
            if (!known.TryGetValue(place, out bool holds))
            {
                holds = condition(version.Value, isThere ? version.Offset : null, isThere ? version.TimestampMs : 0);
                known.Add(place, holds);
            }

            return holds;
        });
        return found with { Asked = known.Count };
    }

    /// <summary>Finds the first version of a key that a condition holds for, by asking about one after the other.</summary>
    /// <returns>The moment after that version; null when the key has no version by then.</returns>
    public static BisectionResult? FindByKeyInOrder(IStoreSnapshot snapshot, ReadOnlySpan<byte> key, Offset to, ValueCondition condition)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(condition);
        int asked = 0;
        using IVersionCursor history = snapshot.History(key);
        while (history.MoveNext() && history.Current.Offset < to)
        {
            VersionView version = history.Current;
            asked++;
            if (condition(version.Value, version.Value.IsNull ? null : version.Offset, version.Value.IsNull ? 0 : version.TimestampMs))
            {
                return new BisectionResult(version.Offset.Plus(1), HeldBefore: asked == 1, asked);
            }
        }

        return asked == 0 ? null : new BisectionResult(null, HeldBefore: false, asked);
    }
}
