namespace Duramen.Disk.Simulated;

/// <summary>
/// A small generator whose sequence is fixed by its seed for all time (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, 2014), which the runtime's own does not promise.
/// </summary>
internal sealed class SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1; its bias is far below what a test could see.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public bool Coin() => (Next() & 1) == 0;

    public void Fill(Span<byte> target)
    {
        foreach (ref byte value in target)
        {
            value = (byte)Next();
        }
    }
}
