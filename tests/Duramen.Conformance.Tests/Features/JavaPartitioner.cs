using System.Buffers.Binary;
using System.Text;

namespace Duramen.Conformance.Tests.Features;

/// <summary>Where the Java client puts a record with a key: MurmurHash2 with a fixed seed, without its sign bit, modulo the number of partitions.</summary>
internal static class JavaPartitioner
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;

    public static int PartitionOf(string key, int partitions) => (int)((Hash(Encoding.Latin1.GetBytes(key)) & int.MaxValue) % (uint)partitions);

    public static uint Hash(ReadOnlySpan<byte> data)
    {
        uint hash = Seed ^ (uint)data.Length;
        for (; data.Length >= sizeof(uint); data = data[sizeof(uint)..])
        {
            uint block = BinaryPrimitives.ReadUInt32LittleEndian(data) * Multiplier;
            hash = (hash * Multiplier) ^ ((block ^ (block >> 24)) * Multiplier);
        }

        if (!data.IsEmpty)
        {
            uint rest = 0;
            for (int index = data.Length - 1; index >= 0; index--)
            {
                rest = (rest << 8) | data[index];
            }

            hash = (hash ^ rest) * Multiplier;
        }

        hash = (hash ^ (hash >> 13)) * Multiplier;
        return hash ^ (hash >> 15);
    }
}
