using Duramen.Core.Binary;

namespace Duramen.Records.Compression;

/// <summary>Where a streaming decoder writes: it is offered room for one byte more than the budget, and taking that byte means that there is too much.</summary>
internal ref struct DecompressionTarget
{
    // Growing in steps of at least this keeps the number of calls into a decoder low; the buffer doubles on top of it.
    private const int MinRoomBytes = 16 * 1024;

    private readonly PooledBuffer _destination;
    private long _left;

    internal DecompressionTarget(PooledBuffer destination, int budgetBytes)
    {
        _destination = destination;
        _left = budgetBytes;
    }

    /// <summary>Whether more was written than the budget allows.</summary>
    internal readonly bool IsExceeded => _left < 0;

    /// <summary>Memory to write to; never empty while the budget is not exceeded.</summary>
    internal readonly Span<byte> Room()
    {
        Span<byte> room = _destination.GetSpan((int)Math.Min(MinRoomBytes, _left + 1));
        return room.Length > _left + 1 ? room[..(int)(_left + 1)] : room;
    }

    /// <summary>Accounts for bytes that were written to the room.</summary>
    internal void Advance(int count)
    {
        _destination.Advance(count);
        _left -= count;
    }
}
