namespace Duramen.Core.Ids;

/// <summary>
/// The identity of one log for as long as it exists. A log that is deleted and created again under the same name gets a new id,
/// so that nothing left over from the old one can be taken for the new one.
/// </summary>
public readonly record struct LogId(Guid Value) : IComparable<LogId>
{
    /// <summary>The size of an id in every binary format, in bytes (RFC 4122 order, most significant byte first).</summary>
    public const int SizeBytes = 16;

    /// <summary>Reads an id from its 16 bytes.</summary>
    public static LogId Read(ReadOnlySpan<byte> source) => new(new Guid(source[..SizeBytes], bigEndian: true));

    /// <summary>Writes the 16 bytes of this id.</summary>
    public void Write(Span<byte> destination) => Value.TryWriteBytes(destination, bigEndian: true, out _);

    /// <inheritdoc/>
    public int CompareTo(LogId other) => Value.CompareTo(other.Value);

    /// <summary>The id in its 36-character form, which is also the name of the log's folder on disk.</summary>
    public override string ToString() => Value.ToString("D");

    public static bool operator <(LogId left, LogId right) => left.CompareTo(right) < 0;

    public static bool operator >(LogId left, LogId right) => left.CompareTo(right) > 0;

    public static bool operator <=(LogId left, LogId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LogId left, LogId right) => left.CompareTo(right) >= 0;
}
