using System.Diagnostics.CodeAnalysis;

namespace Duramen.Kafka.Wire;

/// <summary>
/// The record batches of one partition in a frame: one run of bytes, or several pieces that are written one after the other without being
/// joined first. The bytes belong to whoever made the value; they must stay as they are until the frame is sent, or for as long as the frame
/// that was read. The default value is empty, which is not null.
/// </summary>
public readonly struct RecordBytes
{
    private readonly ReadOnlyMemory<byte> _first;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>>? _pieces;
    private readonly bool _isNull;

    /// <summary>One run of bytes.</summary>
    public RecordBytes(ReadOnlyMemory<byte> bytes)
    {
        _first = bytes;
        Length = bytes.Length;
    }

    /// <summary>Pieces one after the other; the list must stay as it is.</summary>
    /// <exception cref="OverflowException">They have more bytes together than a frame can.</exception>
    public RecordBytes(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        _pieces = pieces;
        for (int i = 0; i < pieces.Count; i++)
        {
            Length = checked(Length + pieces[i].Length);
        }
    }

    private RecordBytes(bool isNull) => _isNull = isNull;

    /// <summary>No records field at all.</summary>
    public static RecordBytes Null => new(isNull: true);

    /// <summary>Whether it is null, which is less than empty.</summary>
    public bool IsNull => _isNull;

    /// <summary>The number of bytes of all pieces; 0 when null.</summary>
    public int Length { get; }

    /// <summary>The number of pieces.</summary>
    public int PieceCount => _pieces?.Count ?? (_isNull ? 0 : 1);

    /// <summary>One piece.</summary>
    public ReadOnlyMemory<byte> Piece(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)PieceCount, nameof(index));
        return _pieces is null ? _first : _pieces[index];
    }

    /// <summary>All bytes in one run: the bytes themselves when there is one piece, as there is in whatever was read; a copy otherwise.</summary>
    public ReadOnlyMemory<byte> ToMemory()
    {
        if (PieceCount <= 1)
        {
            return PieceCount == 0 ? default : Piece(0);
        }

        var joined = new byte[Length];
        int length = 0;
        for (int i = 0; i < PieceCount; i++)
        {
            Piece(i).Span.CopyTo(joined.AsSpan(length));
            length += Piece(i).Length;
        }

        return joined;
    }

    [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named form.")]
    public static implicit operator RecordBytes(ReadOnlyMemory<byte> bytes) => new(bytes);

    [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named form.")]
    public static implicit operator RecordBytes(byte[] bytes) => new(bytes);
}
