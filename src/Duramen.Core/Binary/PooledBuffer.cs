using System.Buffers;
using System.Runtime.CompilerServices;
using Duramen.Core.Errors;

namespace Duramen.Core.Binary;

/// <summary>
/// A buffer that grows at its end and takes its memory from the shared pool. It has one owner, who may use it again and again
/// (<see cref="Clear"/>) and disposes it once; spans and memory it handed out are good until it next grows, is cleared or is disposed.
/// Not safe for several threads.
/// </summary>
public sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    /// <summary>The smallest amount of memory asked of the pool, in bytes.</summary>
    public const int MinCapacityBytes = 256;

    private byte[] _array = [];
    private int _length;

    /// <summary>The number of bytes written.</summary>
    public int Length => _length;

    /// <summary>The number of bytes that fit without asking the pool for more.</summary>
    public int Capacity => _array.Length;

    /// <summary>The bytes written.</summary>
    public Span<byte> WrittenSpan => _array.AsSpan(0, _length);

    /// <summary>The bytes written.</summary>
    public Memory<byte> WrittenMemory => _array.AsMemory(0, _length);

    /// <summary>Forgets the bytes written and keeps the memory.</summary>
    public void Clear() => _length = 0;

    /// <summary>Gives the memory back to the pool and starts empty; the buffer can be used again.</summary>
    public void Release()
    {
        byte[] array = _array;
        _array = [];
        _length = 0;
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    /// <summary>Cuts the bytes written to their first <paramref name="lengthBytes"/>.</summary>
    public void Truncate(int lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)lengthBytes, (uint)_length, nameof(lengthBytes));
        _length = lengthBytes;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_array.Length - _length), nameof(count));
        _length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsMemory(_length);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _array.AsSpan(_length);
    }

    /// <summary>Writes bytes at the end.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_array.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Gives the memory back to the pool; the same as <see cref="Release"/>.</summary>
    public void Dispose() => Release();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int sizeBytes)
    {
        if (sizeBytes > _array.Length - _length)
        {
            Grow(sizeBytes);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int sizeBytes)
    {
        long needed = (long)_length + sizeBytes;
        long wanted = Math.Max(needed, Math.Max(MinCapacityBytes, Math.Min(2L * _array.Length, Array.MaxLength)));
        if (needed > Array.MaxLength)
        {
            throw new BinaryFormatException(
                CoreErrors.BufferFull,
                $"A buffer of {_length} bytes cannot grow by {sizeBytes} bytes; {Array.MaxLength} is the most it can hold.");
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent((int)wanted);
        _array.AsSpan(0, _length).CopyTo(larger);
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        _array = larger;
    }
}
