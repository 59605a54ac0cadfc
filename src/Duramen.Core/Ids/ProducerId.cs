using System.Globalization;

namespace Duramen.Core.Ids;

/// <summary>The identity of an idempotent producer; together with its epoch and sequence numbers it makes a retried batch recognisable.</summary>
public readonly record struct ProducerId(long Value)
{
    /// <summary>The id in batches of a producer that is not idempotent.</summary>
    public static ProducerId None => new(-1);

    /// <summary>Whether this is the id of an idempotent producer.</summary>
    public bool IsSome => Value >= 0;

    /// <summary>The id as a plain decimal number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
