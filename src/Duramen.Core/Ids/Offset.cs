using System.Globalization;

namespace Duramen.Core.Ids;

/// <summary>
/// The position of a record in a log: 0 for the first record ever appended, one more for each record after it.
/// Once its record is committed an offset is never given to another, not even after the record is deleted or compacted away.
/// </summary>
public readonly record struct Offset(long Value) : IComparable<Offset>
{
    /// <summary>The offset of the first record of any log.</summary>
    public static Offset Zero => new(0);

    /// <summary>The offset that follows this one by <paramref name="count"/> records.</summary>
    public Offset Plus(long count) => new(checked(Value + count));

    /// <summary>The number of offsets from <paramref name="earlier"/> (included) to this one (excluded).</summary>
    public long Since(Offset earlier) => Value - earlier.Value;

    /// <inheritdoc/>
    public int CompareTo(Offset other) => Value.CompareTo(other.Value);

    /// <summary>The later of two offsets.</summary>
    public static Offset Max(Offset left, Offset right) => left.Value >= right.Value ? left : right;

    /// <summary>The earlier of two offsets.</summary>
    public static Offset Min(Offset left, Offset right) => left.Value <= right.Value ? left : right;

    public static bool operator <(Offset left, Offset right) => left.Value < right.Value;

    public static bool operator >(Offset left, Offset right) => left.Value > right.Value;

    public static bool operator <=(Offset left, Offset right) => left.Value <= right.Value;

    public static bool operator >=(Offset left, Offset right) => left.Value >= right.Value;

    /// <summary>The offset as a plain decimal number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
