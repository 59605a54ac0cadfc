using System.Diagnostics.CodeAnalysis;

namespace Duramen.State.Entities;

/// <summary>What an append expects of its entity: nothing, that it exists or does not, or its very version. Converts from an <see cref="EntityVersion"/>.</summary>
public readonly record struct ExpectedVersion
{
    private const long AnyValue = 0;
    private const long ExistsValue = -1;

    // An exact version is kept one higher, so that the default expects nothing.
    private readonly long _value;

    private ExpectedVersion(long value) => _value = value;

    /// <summary>Whatever the version is; the default.</summary>
    public static ExpectedVersion Any => new(AnyValue);

    /// <summary>The entity has no records. The same as <see cref="EntityVersion.None"/>.</summary>
    public static ExpectedVersion MustNotExist => Exactly(EntityVersion.None);

    /// <summary>The entity has records.</summary>
    public static ExpectedVersion MustExist => new(ExistsValue);

    /// <summary>The entity is at this version.</summary>
    public static ExpectedVersion Exactly(EntityVersion version)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(version.Value, nameof(version));
        ArgumentOutOfRangeException.ThrowIfEqual(version.Value, long.MaxValue, nameof(version));
        return new ExpectedVersion(version.Value + 1);
    }

    [SuppressMessage("Usage", "CA2225", Justification = "Exactly is the named form.")]
    public static implicit operator ExpectedVersion(EntityVersion version) => Exactly(version);

    /// <summary>Whether an entity at this version is as expected.</summary>
    public bool Holds(EntityVersion version) => _value switch
    {
        AnyValue => true,
        ExistsValue => version > EntityVersion.None,
        _ => version.Value == _value - 1,
    };

    /// <summary>For people: <c>any</c>, <c>exists</c>, <c>none</c> or the number.</summary>
    public override string ToString() => _value switch
    {
        AnyValue => "any",
        ExistsValue => "exists",
        1 => "none",
        _ => new EntityVersion(_value - 1).ToString(),
    };
}
