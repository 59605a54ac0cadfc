using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Duramen.State.Audit.Merkle;

/// <summary>
/// A SHA-256 hash in a Merkle tree, hashed as RFC 9162 (section 2.1.1) says: a leaf's input begins with 0x00 and a node's with 0x01, so that neither can be
/// passed off as the other.
/// </summary>
public readonly record struct MerkleHash
{
    /// <summary>The size of a hash, in bytes.</summary>
    public const int SizeBytes = SHA256.HashSizeInBytes;

    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    /// <summary>Takes a hash from its 32 bytes.</summary>
    public MerkleHash(ReadOnlySpan<byte> bytes)
    {
        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _fourth = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>The root of a tree without leaves: the hash of nothing.</summary>
    public static MerkleHash Empty { get; } = new(SHA256.HashData([]));

    /// <summary>The hash of a leaf.</summary>
    public static MerkleHash OfLeaf(ReadOnlySpan<byte> content)
    {
        // The prefix and the content are hashed in two steps, so that a batch of a megabyte is not copied for the sake of one byte.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([LeafPrefix]);
        hash.AppendData(content);
        Span<byte> bytes = stackalloc byte[SizeBytes];
        hash.GetHashAndReset(bytes);
        return new MerkleHash(bytes);
    }

    /// <summary>The hash of a node over two subtrees.</summary>
    public static MerkleHash OfNode(MerkleHash left, MerkleHash right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * SizeBytes)];
        input[0] = NodePrefix;
        left.Write(input[1..]);
        right.Write(input[(1 + SizeBytes)..]);
        Span<byte> bytes = stackalloc byte[SizeBytes];
        SHA256.HashData(input, bytes);
        return new MerkleHash(bytes);
    }

    /// <summary>Reads a hash as <see cref="ToString"/> writes it; letters may be large.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MerkleHash hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[SizeBytes];
        if (text is not { Length: 2 * SizeBytes } || Convert.FromHexString(text, bytes, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        hash = new MerkleHash(bytes);
        return true;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _first);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _second);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _third);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _fourth);
    }

    /// <summary>64 hexadecimal digits, letters small.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
