using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Duramen.State.Entities;

/// <summary>The key of an entity, which is the key of its records: any bytes. Converts from text, as UTF-8, and from bytes; equal when the bytes are.</summary>
public readonly struct EntityKey : IEquatable<EntityKey>
{
    /// <summary>Makes a key of bytes, which must not change afterwards.</summary>
    public EntityKey(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named form.")]
    public static implicit operator EntityKey(string text) => new(Encoding.UTF8.GetBytes(text));

    [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named form.")]
    public static implicit operator EntityKey(byte[] bytes) => new(bytes);

    [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named form.")]
    public static implicit operator EntityKey(ReadOnlyMemory<byte> bytes) => new(bytes);

    public static bool operator ==(EntityKey left, EntityKey right) => left.Equals(right);

    public static bool operator !=(EntityKey left, EntityKey right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(EntityKey other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EntityKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The bytes read as UTF-8, for people.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes.Span);
}
