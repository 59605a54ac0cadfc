using System.Globalization;

namespace Duramen.State.Entities;

/// <summary>
/// How many records an entity has had. An entity without records is at version 0; the record that is appended then has version 1 and brings the entity to version 1.
/// So the version of an entity is that of its last record, and what to expect of an entity that was read is the version it was read at.
/// </summary>
public readonly record struct EntityVersion(long Value) : IComparable<EntityVersion>
{
    /// <summary>The version of an entity that does not exist.</summary>
    public static EntityVersion None => default;

    /// <summary>The version of the first record.</summary>
    public static EntityVersion First => new(1);

    /// <summary>The version after so many more records.</summary>
    public EntityVersion Plus(long records) => new(checked(Value + records));

    /// <inheritdoc/>
    public int CompareTo(EntityVersion other) => Value.CompareTo(other.Value);

    public static bool operator <(EntityVersion left, EntityVersion right) => left.Value < right.Value;

    public static bool operator >(EntityVersion left, EntityVersion right) => left.Value > right.Value;

    public static bool operator <=(EntityVersion left, EntityVersion right) => left.Value <= right.Value;

    public static bool operator >=(EntityVersion left, EntityVersion right) => left.Value >= right.Value;

    /// <summary>The version as a plain decimal number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
