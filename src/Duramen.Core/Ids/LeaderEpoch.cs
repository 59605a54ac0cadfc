using System.Globalization;

namespace Duramen.Core.Ids;

/// <summary>
/// The epoch of the leader that gave a batch its offsets. It never goes backwards along a log; replicas compare it to find where two copies diverge.
/// </summary>
public readonly record struct LeaderEpoch(int Value) : IComparable<LeaderEpoch>
{
    /// <summary>The epoch of a log that has no leader because it is not replicated.</summary>
    public static LeaderEpoch None => new(-1);

    /// <inheritdoc/>
    public int CompareTo(LeaderEpoch other) => Value.CompareTo(other.Value);

    /// <summary>The epoch as a plain decimal number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    public static bool operator <(LeaderEpoch left, LeaderEpoch right) => left.Value < right.Value;

    public static bool operator >(LeaderEpoch left, LeaderEpoch right) => left.Value > right.Value;

    public static bool operator <=(LeaderEpoch left, LeaderEpoch right) => left.Value <= right.Value;

    public static bool operator >=(LeaderEpoch left, LeaderEpoch right) => left.Value >= right.Value;
}
