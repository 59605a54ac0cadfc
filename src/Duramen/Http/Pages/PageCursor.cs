using System.Buffers.Text;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.State.Tables.Topics;

namespace Duramen.Http.Pages;

/// <summary>
/// Where a page ended and which moments it is of, as the client gives it back for the next one. So all pages are of one moment, and nothing is kept between
/// them. It comes from outside: whatever it says is checked by those who read as of it.
/// </summary>
/// <param name="Kind">What is paged.</param>
/// <param name="TopicId">Of which topic.</param>
/// <param name="Moments">The moments that the pages are of: one, or the two that are compared; of a history also how far it was shown.</param>
/// <param name="Key">The key of the last row.</param>
/// <param name="Partition">The partition of the last row.</param>
internal sealed record PageCursor(PageKind Kind, Guid TopicId, IReadOnlyList<Moment> Moments, ReadOnlyMemory<byte> Key, int Partition)
{
    private const byte Version = 1;
    private const int GuidBytes = 16;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>: it is none, or one of other pages.</exception>
    public static PageCursor Parse(string text, PageKind kind, Guid topicId)
    {
        PageCursor cursor;
        try
        {
            cursor = Read(Base64Url.DecodeFromChars(text));
        }
        catch (Exception cause) when (cause is FormatException or BinaryFormatException or ArgumentException)
        {
            throw HttpRefusals.Cursor("it was not made here");
        }

        return cursor.Kind != kind ? throw HttpRefusals.Cursor("it is of other pages")
            : cursor.TopicId != topicId ? throw HttpRefusals.Cursor("its topic was deleted")
            : cursor;
    }

    /// <summary>Whether a row was on a page before: rows come in the order of keys, and those of one key in the order of partitions.</summary>
    public bool Covers(ReadOnlySpan<byte> key, int partition)
    {
        int order = key.SequenceCompareTo(Key.Span);
        return order < 0 || (order == 0 && partition <= Partition);
    }

    /// <summary>The cursor as a client gets it.</summary>
    public override string ToString()
    {
        using var bytes = new PooledBuffer();
        Span<byte> head = stackalloc byte[2 + GuidBytes + 1];
        head[0] = Version;
        head[1] = (byte)Kind;
        TopicId.TryWriteBytes(head[2..], bigEndian: true, out _);
        head[^1] = (byte)Moments.Count;
        bytes.Write(head);
        foreach (Moment moment in Moments)
        {
            WriteNumber(bytes, moment.Offsets.Count);
            foreach (PartitionOffset one in moment.Offsets)
            {
                WriteNumber(bytes, one.Partition);
                WriteNumber(bytes, one.Offset.Value);
            }
        }

        WriteNumber(bytes, Partition);
        bytes.Write(Key.Span);
        return Base64Url.EncodeToString(bytes.WrittenSpan);
    }

    private static PageCursor Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new SpanReader(bytes);
        if (reader.ReadByte() != Version)
        {
            throw new FormatException();
        }

        var kind = (PageKind)reader.ReadByte();
        var topicId = new Guid(reader.ReadBytes(GuidBytes), bigEndian: true);
        var moments = new Moment[reader.ReadByte()];
        for (int index = 0; index < moments.Length; index++)
        {
            moments[index] = ReadMoment(ref reader);
        }

        if (moments.Length != kind.MomentCount())
        {
            throw new FormatException();
        }

        int partition = (int)Math.Min(reader.ReadUnsignedVarint32(), int.MaxValue);
        return new PageCursor(kind, topicId, moments, reader.ReadBytes(reader.Remaining).ToArray(), partition);
    }

    private static Moment ReadMoment(ref SpanReader reader)
    {
        // Each takes two bytes or more, so that a count that lies costs nothing.
        uint count = reader.ReadUnsignedVarint32();
        var offsets = new List<PartitionOffset>();
        for (; count > 0; count--)
        {
            int partition = (int)Math.Min(reader.ReadUnsignedVarint32(), int.MaxValue);
            offsets.Add(new PartitionOffset(partition, new Offset((long)Math.Min(reader.ReadUnsignedVarint64(), long.MaxValue))));
        }

        return new Moment(offsets);
    }

    private static void WriteNumber(PooledBuffer bytes, long value) => bytes.Advance(Varint.WriteUnsigned(bytes.GetSpan(Varint.MaxSizeBytes64), (ulong)value));
}
