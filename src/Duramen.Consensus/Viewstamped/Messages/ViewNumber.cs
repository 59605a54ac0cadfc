using System.Globalization;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped.Messages;

/// <summary>
/// A view as an <see cref="Epoch"/>. The paper's views are pairs of epoch-number and view-number, ordered by the first (section 7); here the pair is one number, so that views are
/// compared, written and sent like the epochs of every other protocol. What the paper calls an epoch is called an era, since <see cref="Epoch"/> is the view itself.
/// </summary>
/// <remarks>
/// An entry that changes the membership has the first view of the era that it begins as its epoch. So the epoch of any entry tells the era whose members
/// decide what comes after it, and no snapshot needs a field for that.
/// </remarks>
public static class ViewNumber
{
    /// <summary>Views in one era: with a view change each millisecond enough for 30 years. There is room for nine million eras.</summary>
    public const long PerEra = 1_000_000_000_000;

    /// <summary>Which era a view belongs to; a group begins in era 0.</summary>
    public static long EraOf(Epoch view) => view.Number / PerEra;

    /// <summary>The number of a view within its era; whose turn it is follows from it.</summary>
    public static long InEra(Epoch view) => view.Number % PerEra;

    /// <summary>The view after one, in the same era.</summary>
    public static Epoch After(Epoch view)
    {
        Invariant.Holds(InEra(view) < PerEra - 1);
        return new Epoch(view.Number + 1);
    }

    /// <summary>The first view of the era that a change of membership begins which is made in a view.</summary>
    public static Epoch BegunIn(Epoch view) => new(view.Number + PerEra);

    /// <summary>The view in which an entry was made, also if it is the pending change of membership of an era.</summary>
    public static Epoch MadeIn(Epoch entry, long era) => EraOf(entry) > era ? new Epoch(entry.Number - PerEra) : entry;

    /// <summary>Era and number: 2.7; the number alone in era 0.</summary>
    public static string ToText(Epoch view) => EraOf(view) == 0
        ? InEra(view).ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{EraOf(view)}.{InEra(view)}");
}
