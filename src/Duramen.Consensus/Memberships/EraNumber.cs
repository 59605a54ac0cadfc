using System.Globalization;
using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Memberships;

/// <summary>
/// Epochs where an entry that changes the members ends the reign of the old ones. An era is the reign of one membership. Its number is the upper part of its epochs' numbers,
/// so that every epoch of a later membership comes after every epoch of an earlier one, whatever the old members still do.
/// </summary>
/// <remarks>
/// An entry that changes the members has an epoch of the era that it begins. So the epoch of any entry tells the era whose members decide what comes after
/// it, and no snapshot needs a field for that.
/// </remarks>
public static class EraNumber
{
    /// <summary>Epochs in one era: with an election each millisecond enough for 30 years. There is room for nine million eras.</summary>
    public const long EpochsPerEra = 1_000_000_000_000;

    /// <summary>Which era an epoch belongs to; a group begins in era 0.</summary>
    public static long Of(Epoch epoch) => epoch.Number / EpochsPerEra;

    /// <summary>The number of an epoch within its era; in Viewstamped Replication it says whose turn it is.</summary>
    public static long Within(Epoch epoch) => epoch.Number % EpochsPerEra;

    /// <summary>The epoch after one, in the same era.</summary>
    public static Epoch After(Epoch epoch)
    {
        Invariant.Holds(Within(epoch) < EpochsPerEra - 1);
        return new Epoch(epoch.Number + 1);
    }

    /// <summary>The epoch of an entry that changes the members and is made in an epoch: the same, one era up.</summary>
    public static Epoch BegunIn(Epoch epoch) => new(epoch.Number + EpochsPerEra);

    /// <summary>The last epoch of the era after an epoch's.</summary>
    public static Epoch LastOfNext(Epoch epoch) => new((Math.Min(Of(epoch) + 2, long.MaxValue / EpochsPerEra) * EpochsPerEra) - 1);

    /// <summary>The epoch in which an entry was made, also if it is the one that ends an era and is not committed yet.</summary>
    public static Epoch MadeIn(Epoch entry, long era) => Of(entry) > era ? new Epoch(entry.Number - EpochsPerEra) : entry;

    /// <summary>Era and number: 2.7; the number alone in era 0.</summary>
    public static string ToText(Epoch epoch) => Of(epoch) == 0
        ? Within(epoch).ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Of(epoch)}.{Within(epoch)}");
}
