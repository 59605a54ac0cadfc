using System.Buffers;
using System.Buffers.Binary;
using Duramen.Core.Binary;

namespace Duramen.Broker.Connections;

/// <summary>
/// A response on its way to the network: bytes of its own, and between them bytes that stay where they are, such as batches that were read from a
/// log. Made by whoever serves the request; the connection writes it once and disposes it.
/// </summary>
internal sealed class ResponseFrame : IBufferWriter<byte>, IDisposable
{
    private readonly PooledBuffer _own = new();
    private readonly List<Piece> _inserts = [];
    private long _insertedBytes;

    /// <summary>Begins a frame; the room of its length is kept.</summary>
    public ResponseFrame() => _own.Write([0, 0, 0, 0]);

    /// <summary>The size of the whole frame, its length included.</summary>
    public long SizeBytes => _own.Length + _insertedBytes;

    /// <summary>
    /// Puts bytes at the end without copying them. They are the frame's until it is disposed, which disposes their owner.
    /// </summary>
    public void Insert(ReadOnlyMemory<byte> bytes, IDisposable? owner)
    {
        _inserts.Add(new Piece(_own.Length, bytes, owner));
        _insertedBytes += bytes.Length;
    }

    /// <summary>Writes everything to a connection.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt32BigEndian(_own.WrittenSpan, checked((int)(SizeBytes - FrameLayout.LengthSizeBytes)));
        int position = 0;
        foreach (Piece insert in _inserts)
        {
            output.Write(_own.WrittenSpan[position..insert.Position]);
            output.Write(insert.Bytes.Span);
            position = insert.Position;
        }

        output.Write(_own.WrittenSpan[position..]);
    }

    public void Advance(int count) => _own.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => _own.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _own.GetSpan(sizeHint);

    public void Dispose()
    {
        foreach (Piece insert in _inserts)
        {
            insert.Owner?.Dispose();
        }

        _inserts.Clear();
        _own.Dispose();
    }

    private readonly record struct Piece(int Position, ReadOnlyMemory<byte> Bytes, IDisposable? Owner);
}
