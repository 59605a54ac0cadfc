using Duramen.Cli.Streams;
using Duramen.Core.Errors;
using Duramen.Records.Batches;

namespace Duramen.Cli.Records;

/// <summary>
/// Standard input cut into lines at LF. The bytes of a line are those that came, whatever they are; the last line counts without an LF too.
/// </summary>
internal sealed class LineSource
{
    /// <summary>The longest line: it has to fit one batch with the record's own fields, which take less than this difference.</summary>
    public const int MaxLineBytes = RecordLimits.MaxDecompressedSizeBytes - 64;

    // Large enough that a read costs nothing per line, small enough to stay in the cache of the processor.
    private const int FirstBufferBytes = 512 << 10;

    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(FirstBufferBytes);
    private int _start;
    private int _end;

    // The bytes from _start up to here hold no LF.
    private int _searched;

    /// <summary>The number of lines taken, and so the number of the last one, counted from 1.</summary>
    public long LinesTaken { get; private set; }

    /// <summary>Takes the next whole line of what was read.</summary>
    public bool TryTake(out ReadOnlySpan<byte> line)
    {
        int length = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        if (length < 0)
        {
            _searched = _end;
            line = default;
            return false;
        }

        int at = _searched + length;
        line = _buffer.AsSpan(_start, at - _start);
        _start = at + 1;
        _searched = _start;
        LinesTaken++;
        return true;
    }

    /// <summary>Takes what stands behind the last LF, once the input has ended; false when that is nothing.</summary>
    public bool TryTakeRest(out ReadOnlySpan<byte> line)
    {
        line = _buffer.AsSpan(_start, _end - _start);
        _start = _end;
        _searched = _end;
        LinesTaken += line.IsEmpty ? 0 : 1;
        return !line.IsEmpty;
    }

    /// <summary>Reads what is there, waiting for the first byte; false at the end of the input. Lines taken before are no longer good.</summary>
    /// <exception cref="DuramenException">A line is too long, or the input fails.</exception>
    public bool Fill()
    {
        int held = _end - _start;
        if (held > MaxLineBytes)
        {
            throw new DuramenException(
                CliErrors.InputInvalid,
                FormattableString.Invariant($"Line {LinesTaken + 1} is longer than {MaxLineBytes} bytes, the most that one record holds."),
                "Store large things elsewhere and append what names them.");
        }

        if (held == _buffer.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Min(_buffer.Length * 2, MaxLineBytes + 1));
            _buffer.AsSpan(_start, held).CopyTo(larger);
            _buffer = larger;
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
        }

        _searched -= _start;
        _start = 0;
        int read = StandardInput.Read(_buffer.AsSpan(held));
        _end = held + read;
        return read > 0;
    }
}
