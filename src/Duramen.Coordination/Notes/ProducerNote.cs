using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Coordination.Notes;

/// <summary>
/// One record of the notes: who appended what to a partition. No two notes that both still matter have one key, so that the log of notes can be compacted;
/// <c>docs/audit.md</c> has the bytes.
/// </summary>
internal readonly record struct ProducerNote
{
    /// <summary>The longest text that is kept of a client id, in characters: who names itself at greater length does not fill the log with it.</summary>
    public const int MaxTextLength = 1024;

    private const short Version = 0;
    private const int KeySizeBytes = sizeof(short) + 16 + sizeof(int) + sizeof(long) + sizeof(long);

    /// <summary>What the note says.</summary>
    public required NoteKind Kind { get; init; }

    /// <summary>Where.</summary>
    public required NotedPartition Partition { get; init; }

    /// <summary>The producer id of the batches; those without one have notes of their own.</summary>
    public required ProducerId Producer { get; init; }

    /// <summary>The first offset.</summary>
    public required Offset From { get; init; }

    /// <summary>The offset after the last; nothing for a run, which is open.</summary>
    public required Offset To { get; init; }

    /// <summary>Who; unknown where the note does not say.</summary>
    public required Appender Appender { get; init; }

    /// <summary>The key of the record.</summary>
    public byte[] Key()
    {
        byte[] key = new byte[KeySizeBytes];
        var writer = new SpanWriter(key);
        writer.WriteInt16((short)Kind);
        Partition.TopicId.TryWriteBytes(writer.Take(16), bigEndian: true, out _);
        writer.WriteInt32(Partition.Partition);
        writer.WriteInt64(Producer.Value);
        writer.WriteInt64(From.Value);
        return key;
    }

    /// <summary>The value of the record.</summary>
    public byte[] Value()
    {
        string[] texts = [Shorten(Appender.ClientId), Shorten(Appender.Principal), Shorten(Appender.Address)];
        byte[] value = new byte[sizeof(short) + sizeof(long) + texts.Sum(text => sizeof(int) + Encoding.UTF8.GetByteCount(text))];
        var writer = new SpanWriter(value);
        writer.WriteInt16(Version);
        writer.WriteInt64(To.Value);
        foreach (string text in texts)
        {
            writer.WriteInt32(Encoding.UTF8.GetByteCount(text));
            writer.WriteUtf8(text);
        }

        return value;
    }

    /// <summary>Reads a note.</summary>
    /// <exception cref="BinaryFormatException">It is none of this version.</exception>
    public static ProducerNote Read(RecordView record)
    {
        var key = new SpanReader(record.Key);
        var kind = (NoteKind)key.ReadInt16();
        var partition = new NotedPartition(new Guid(key.ReadBytes(16), bigEndian: true), key.ReadInt32());
        var producer = new ProducerId(key.ReadInt64());
        var from = new Offset(key.ReadInt64());
        var value = new SpanReader(record.Value);
        short version = value.ReadInt16();
        var to = new Offset(value.ReadInt64());
        var appender = new Appender(ReadText(ref value), ReadText(ref value), ReadText(ref value));
        return version == Version && kind is NoteKind.Run or NoteKind.Batch or NoteKind.Again or NoteKind.Covered
            ? new ProducerNote { Kind = kind, Partition = partition, Producer = producer, From = from, To = to, Appender = appender }
            : throw new BinaryFormatException(CoreErrors.InputMalformed, $"A note of kind {(short)kind} and version {version} is not known here.");
    }

    private static string ReadText(ref SpanReader reader) => reader.ReadUtf8(reader.ReadInt32());

    // Half a surrogate pair is no text.
    private static string Shorten(string text) =>
        text.Length <= MaxTextLength ? text : text[..(char.IsHighSurrogate(text[MaxTextLength - 1]) ? MaxTextLength - 1 : MaxTextLength)];
}
