using System.Diagnostics.CodeAnalysis;

namespace Duramen.Core.Binary;

/// <summary>
/// Bytes in somebody's buffer, or null, which is not the same as no bytes: a record whose value is null deletes its key, one whose value is
/// empty does not. Converts from spans and arrays, and to a span (null gives an empty one).
/// </summary>
public readonly ref struct NullableBytes
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _hasValue;

    /// <summary>Makes bytes that are not null, however few.</summary>
    public NullableBytes(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _hasValue = true;
    }

    /// <summary>No bytes and no emptiness either; also the default value.</summary>
    public static NullableBytes Null => default;

    /// <summary>The same of what is kept elsewhere.</summary>
    public static NullableBytes Of(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? new NullableBytes(some.Span) : Null;

    /// <summary>Whether there are no bytes, not even none.</summary>
    public bool IsNull => !_hasValue;

    /// <summary>The bytes; empty when null.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>The number of bytes; 0 when null.</summary>
    public int Length => _bytes.Length;

    /// <summary>A copy, or null.</summary>
    public byte[]? ToArray() => _hasValue ? _bytes.ToArray() : null;

    /// <summary>Whether both are null, or both hold the same bytes.</summary>
    public bool ContentEquals(NullableBytes other) => _hasValue == other._hasValue && _bytes.SequenceEqual(other._bytes);

    [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named form.")]
    public static implicit operator NullableBytes(ReadOnlySpan<byte> bytes) => new(bytes);

    [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named form.")]
    public static implicit operator NullableBytes(Span<byte> bytes) => new(bytes);

    [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named form.")]
    public static implicit operator NullableBytes(byte[]? bytes) => bytes is null ? default : new(bytes);

    [SuppressMessage("Usage", "CA2225", Justification = "Span is the named form.")]
    public static implicit operator ReadOnlySpan<byte>(NullableBytes bytes) => bytes._bytes;
}
