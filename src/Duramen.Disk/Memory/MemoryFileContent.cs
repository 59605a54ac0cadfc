namespace Duramen.Disk.Memory;

/// <summary>
/// The bytes of a file in chunks, so that growing copies nothing and a hole costs nothing. Not safe for threads: the owner locks.
/// Bytes at and after the length are always zero, so that growing again shows zeros.
/// </summary>
/// <param name="chunkBytes">How much is allocated at once.</param>
internal sealed class MemoryFileContent(int chunkBytes = MemoryFileContent.DefaultChunkBytes)
{
    /// <summary>Small enough that many little files cost little, and below the size where arrays get a heap of their own.</summary>
    private const int DefaultChunkBytes = 32 * 1024;

    private readonly List<byte[]?> _chunks = [];

    public long Length { get; private set; }

    public MemoryFileContent Copy()
    {
        var copy = new MemoryFileContent(chunkBytes) { Length = Length };
        foreach (byte[]? chunk in _chunks)
        {
            copy._chunks.Add((byte[]?)chunk?.Clone());
        }

        return copy;
    }

    public int Read(Span<byte> destination, long position)
    {
        int total = (int)Math.Clamp(Length - position, 0, destination.Length);
        for (int done = 0; done < total;)
        {
            (int index, int offset) = Locate(position + done);
            Span<byte> target = destination[done..Math.Min(total, done + chunkBytes - offset)];
            byte[]? chunk = _chunks[index];
            if (chunk is null)
            {
                target.Clear();
            }
            else
            {
                chunk.AsSpan(offset, target.Length).CopyTo(target);
            }

            done += target.Length;
        }

        return total;
    }

    public void Write(ReadOnlySpan<byte> data, long position)
    {
        if (data.IsEmpty)
        {
            return;
        }

        if (position + data.Length > Length)
        {
            SetLength(position + data.Length);
        }

        while (!data.IsEmpty)
        {
            (int index, int offset) = Locate(position);
            byte[] chunk = _chunks[index] ??= new byte[chunkBytes];
            int count = Math.Min(data.Length, chunkBytes - offset);
            data[..count].CopyTo(chunk.AsSpan(offset));
            data = data[count..];
            position += count;
        }
    }

    public void SetLength(long lengthBytes)
    {
        int count = checked((int)((lengthBytes + chunkBytes - 1) / chunkBytes));
        if (count < _chunks.Count)
        {
            _chunks.RemoveRange(count, _chunks.Count - count);
        }

        while (_chunks.Count < count)
        {
            _chunks.Add(null);
        }

        int used = (int)(lengthBytes % chunkBytes);
        if (lengthBytes < Length && used != 0)
        {
            _chunks[count - 1]?.AsSpan(used).Clear();
        }

        Length = lengthBytes;
    }

    private (int Index, int Offset) Locate(long position) => ((int)(position / chunkBytes), (int)(position % chunkBytes));
}
