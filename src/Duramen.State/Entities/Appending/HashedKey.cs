namespace Duramen.State.Entities.Appending;

/// <summary>The key of an entity with its hash, which is so computed once for an append, and not while others wait.</summary>
internal readonly struct HashedKey(EntityKey key) : IEquatable<HashedKey>
{
    private readonly int _hash = key.GetHashCode();

    public EntityKey Key { get; } = key;

    public bool Equals(HashedKey other) => _hash == other._hash && Key.Equals(other.Key);

    public override bool Equals(object? obj) => obj is HashedKey other && Equals(other);

    public override int GetHashCode() => _hash;
}
