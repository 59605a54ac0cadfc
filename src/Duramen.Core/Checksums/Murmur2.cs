using System.Buffers.Binary;

namespace Duramen.Core.Checksums;

/// <summary>The hash by which Kafka's own producer gives keys their partitions: MurmurHash2 (Appleby), 32 bits, with Kafka's seed.</summary>
public static class Murmur2
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;
    private const int Shift = 24;

    /// <summary>The hash of bytes.</summary>
    public static uint Hash(ReadOnlySpan<byte> bytes)
    {
        uint hash = Seed ^ (uint)bytes.Length;
        while (bytes.Length >= sizeof(uint))
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(bytes) * Multiplier;
            word ^= word >> Shift;
            hash = (hash * Multiplier) ^ (word * Multiplier);
            bytes = bytes[sizeof(uint)..];
        }

        if (!bytes.IsEmpty)
        {
            for (int index = bytes.Length - 1; index >= 0; index--)
            {
                hash ^= (uint)bytes[index] << (8 * index);
            }

            hash *= Multiplier;
        }

        hash ^= hash >> 13;
        hash *= Multiplier;
        return hash ^ (hash >> 15);
    }

    /// <summary>The partition of a key.</summary>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitionCount) => (int)(Hash(key) & int.MaxValue) % partitionCount;
}
