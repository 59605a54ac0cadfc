using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Duramen.Core.Random;

/// <summary>
/// A seeded source of numbers that are the same on every platform, in every run and every version: xoshiro256** (Blackman and Vigna, 2018),
/// its state filled by SplitMix64. For simulation, tests and jitter; never for secrets. Not safe for several threads.
/// </summary>
public sealed class Prng
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Starts the sequence of a seed.</summary>
    public Prng(ulong seed)
    {
        _s0 = SplitMix64(ref seed);
        _s1 = SplitMix64(ref seed);
        _s2 = SplitMix64(ref seed);
        _s3 = SplitMix64(ref seed);
    }

    /// <summary>
    /// Starts the sequence of one purpose, such as <c>(seed, "net", node)</c>. Every purpose draws from its own sequence,
    /// so that one more draw for one of them does not change what the others see.
    /// </summary>
    public static Prng ForStream(ulong seed, string name, long index = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        ulong state = seed;
        ulong mixed = SplitMix64(ref state);
        foreach (byte value in Encoding.UTF8.GetBytes(name))
        {
            state = mixed ^ value;
            mixed = SplitMix64(ref state);
        }

        // The length separates a name's end from the index behind it.
        state = mixed ^ (ulong)name.Length;
        mixed = SplitMix64(ref state);
        return new Prng(mixed ^ (ulong)index);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number from 0 up to but not including <paramref name="bound"/>, each equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is 0.</exception>
    public ulong NextUInt64(ulong bound)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bound);

        // Multiply and keep the high half; draws whose low half falls into the part that does not divide evenly are repeated (Lemire, 2019).
        ulong high = Math.BigMul(NextUInt64(), bound, out ulong low);
        if (low < bound)
        {
            ulong uneven = unchecked(0 - bound) % bound;
            while (low < uneven)
            {
                high = Math.BigMul(NextUInt64(), bound, out low);
            }
        }

        return high;
    }

    /// <summary>A number from 0 up to but not including <paramref name="bound"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)NextUInt64((ulong)bound);
    }

    /// <summary>A number from <paramref name="from"/> (included) to <paramref name="to"/> (excluded).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty.</exception>
    public long NextInt64(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(from, to);
        return unchecked(from + (long)NextUInt64((ulong)to - (ulong)from));
    }

    /// <summary>A number from 0 (included) to 1 (excluded), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with this probability: never at 0, always at 1.</summary>
    public bool NextBool(double probability = 0.5) => NextDouble() < probability;

    /// <summary>Fills a buffer.</summary>
    public void NextBytes(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (!destination.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, NextUInt64());
            int size = Math.Min(word.Length, destination.Length);
            word[..size].CopyTo(destination);
            destination = destination[size..];
        }
    }

    /// <summary>Picks one of the items, each equally likely.</summary>
    public T Pick<T>(ReadOnlySpan<T> items) => items[NextInt32(items.Length)];

    /// <summary>Puts the items in a random order, each equally likely.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = NextInt32(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    /// <summary>The numbers that give this generator's state, to be stored and given to <see cref="FromState"/>.</summary>
    public (ulong S0, ulong S1, ulong S2, ulong S3) State => (_s0, _s1, _s2, _s3);

    /// <summary>Goes on where another generator stood.</summary>
    public static Prng FromState((ulong S0, ulong S1, ulong S2, ulong S3) state) =>
        new(0) { _s0 = state.S0, _s1 = state.S1, _s2 = state.S2, _s3 = state.S3 };

    /// <summary>Goes on from here as a generator in that state does.</summary>
    public void Restore((ulong S0, ulong S1, ulong S2, ulong S3) state) => (_s0, _s1, _s2, _s3) = state;

    private static ulong SplitMix64(ref ulong state)
    {
        state = unchecked(state + 0x9E3779B97F4A7C15);
        ulong mixed = state;
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return mixed ^ (mixed >> 31);
    }
}
