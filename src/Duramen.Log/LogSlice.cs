using System.Buffers;
using Duramen.Core.Ids;

namespace Duramen.Log;

/// <summary>
/// Consecutive whole batches of a log, checksums verified, in a buffer that belongs to the reader until it disposes the slice.
/// The first batch may begin before the offset that was asked for: a batch is never cut.
/// </summary>
public sealed class LogSlice : IDisposable
{
    private byte[]? _rented;

    /// <summary>Wraps the first bytes of an array rented from <see cref="ArrayPool{T}.Shared"/>, which the slice now owns.</summary>
    public LogSlice(byte[] rented, int lengthBytes, Offset nextOffset)
        : this(rented, 0, lengthBytes, nextOffset)
    {
    }

    /// <summary>Wraps a part of an array rented from <see cref="ArrayPool{T}.Shared"/>, which the slice now owns.</summary>
    public LogSlice(byte[] rented, int start, int lengthBytes, Offset nextOffset)
    {
        _rented = rented;
        Batches = rented.AsMemory(start, lengthBytes);
        NextOffset = nextOffset;
    }

    private LogSlice(Offset nextOffset) => NextOffset = nextOffset;

    /// <summary>The batches, back to back; empty when there was nothing to read.</summary>
    public ReadOnlyMemory<byte> Batches { get; private set; }

    /// <summary>
    /// Where reading goes on: the offset after the last batch. Of an empty slice it is where the log was committed to when it was read, or nearer: compaction left nothing below it.
    /// What is committed since is behind it. So whoever follows a log goes on from here, and looks at no watermark of a later moment.
    /// </summary>
    public Offset NextOffset { get; }

    /// <summary>A slice without batches.</summary>
    public static LogSlice Empty(Offset nextOffset) => new(nextOffset);

    /// <summary>Gives the buffer back; <see cref="Batches"/> must not be used afterwards.</summary>
    public void Dispose()
    {
        byte[]? rented = _rented;
        _rented = null;
        Batches = default;
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
