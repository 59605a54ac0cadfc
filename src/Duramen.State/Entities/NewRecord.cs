using System.Diagnostics.CodeAnalysis;
using System.Text;
using Duramen.Records.Batches;

namespace Duramen.State.Entities;

/// <summary>A record to be appended to an entity. Converts from bytes, and from text as UTF-8.</summary>
/// <param name="Value">The value; null for a tombstone, which is a record of the entity like any other.</param>
public sealed record NewRecord(ReadOnlyMemory<byte>? Value)
{
    /// <summary>The headers. Names that begin with <c>duramen.</c> are not the user's.</summary>
    public IReadOnlyList<RecordHeader> Headers { get; init; } = [];

    /// <summary>The record's time in milliseconds since 1970; the time of the append when not given.</summary>
    public long? TimestampMs { get; init; }

    [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named form.")]
    public static implicit operator NewRecord(byte[]? value) => new(value is null ? (ReadOnlyMemory<byte>?)null : value.AsMemory());

    [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named form.")]
    public static implicit operator NewRecord(string value) => new((ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(value));
}
