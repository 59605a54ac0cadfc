using System.Globalization;

namespace Duramen.Consensus.Contract;

/// <summary>The number of one write that a replica asked for: 1 for the first since it started, one more for each.</summary>
public readonly record struct PersistId(long Value) : IComparable<PersistId>
{
    /// <summary>No write: what waits for it waits for nothing.</summary>
    public static PersistId None => default;

    /// <inheritdoc/>
    public int CompareTo(PersistId other) => Value.CompareTo(other.Value);

    /// <summary>The number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    public static bool operator <(PersistId left, PersistId right) => left.Value < right.Value;

    public static bool operator >(PersistId left, PersistId right) => left.Value > right.Value;

    public static bool operator <=(PersistId left, PersistId right) => left.Value <= right.Value;

    public static bool operator >=(PersistId left, PersistId right) => left.Value >= right.Value;
}
