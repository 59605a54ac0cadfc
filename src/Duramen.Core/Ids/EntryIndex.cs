using System.Globalization;

namespace Duramen.Core.Ids;

/// <summary>
/// The position of an entry in a replicated log, from 1. Every entry has one, also those that hold no records, so it is not an
/// <see cref="Offset"/>, which counts records only.
/// </summary>
public readonly record struct EntryIndex(long Value) : IComparable<EntryIndex>
{
    /// <summary>The position before the first entry.</summary>
    public static EntryIndex Zero => default;

    /// <summary>The position after this one.</summary>
    public EntryIndex Next => new(Value + 1);

    /// <summary>The position before this one.</summary>
    public EntryIndex Previous => new(Value - 1);

    /// <inheritdoc/>
    public int CompareTo(EntryIndex other) => Value.CompareTo(other.Value);

    /// <summary>The later of two positions.</summary>
    public static EntryIndex Max(EntryIndex left, EntryIndex right) => left.Value >= right.Value ? left : right;

    /// <summary>The earlier of two positions.</summary>
    public static EntryIndex Min(EntryIndex left, EntryIndex right) => left.Value <= right.Value ? left : right;

    /// <summary>The position as a plain decimal number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    public static bool operator <(EntryIndex left, EntryIndex right) => left.Value < right.Value;

    public static bool operator >(EntryIndex left, EntryIndex right) => left.Value > right.Value;

    public static bool operator <=(EntryIndex left, EntryIndex right) => left.Value <= right.Value;

    public static bool operator >=(EntryIndex left, EntryIndex right) => left.Value >= right.Value;
}
