using System.Globalization;
using Duramen.Core.Binary;
using Duramen.Records.Batches;

namespace Duramen.State.Entities.Indexing;

/// <summary>What the headers of a record say of its entity (<see cref="EntityHeaders"/>), and how many others there are.</summary>
internal readonly ref struct RecordMarks
{
    private RecordMarks(long? version, NullableBytes request, int otherHeaders)
    {
        Version = version;
        Request = request;
        OtherHeaders = otherHeaders;
    }

    /// <summary>The version that the record carries, if it carries one that is a number.</summary>
    public long? Version { get; }

    /// <summary>The request id; null when there is none, or none that an append can have.</summary>
    public NullableBytes Request { get; }

    /// <summary>How many headers are the user's.</summary>
    public int OtherHeaders { get; }

    private static ReadOnlySpan<byte> VersionHeader => "duramen.version"u8;

    private static ReadOnlySpan<byte> RequestHeader => "duramen.request"u8;

    /// <summary>Reads the marks of a record. Of a name that is repeated the last one counts.</summary>
    public static RecordMarks In(RecordView record)
    {
        long? version = null;
        NullableBytes request = default;
        int others = 0;
        foreach (RecordHeaderView header in record.Headers)
        {
            if (header.KeyUtf8.SequenceEqual(VersionHeader))
            {
                version = long.TryParse(header.Value.Span, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
            }
            else if (header.KeyUtf8.SequenceEqual(RequestHeader))
            {
                request = header.Value.Length is > 0 and <= EntityLimits.RequestIdMaxBytes ? header.Value : default;
            }
            else
            {
                others++;
            }
        }

        return new RecordMarks(version, request, others);
    }

    /// <summary>Whether a header is one of these marks.</summary>
    public static bool IsMark(ReadOnlySpan<byte> nameUtf8) => nameUtf8.SequenceEqual(VersionHeader) || nameUtf8.SequenceEqual(RequestHeader);
}
