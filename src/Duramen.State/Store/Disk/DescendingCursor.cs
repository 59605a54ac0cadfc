using System.Diagnostics.CodeAnalysis;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.State.Store.Recent;
using Duramen.State.Store.Runs;

namespace Duramen.State.Store.Disk;

/// <summary>
/// The keys of a range with a value as of an offset, the last one first. Blocks are read forwards only, so that the range is taken in pieces, the last one first, each read forwards, kept and handed out backwards. A piece is what at
/// most a step back in one of the sources holds, and so bounded, but for values that are large themselves.
/// </summary>
internal sealed class DescendingCursor : IVersionCursor
{
    // As far as a step back goes: some 600 versions of 100 bytes, against which opening the sources costs little.
    private const int StepBytes = 64 << 10;
    private const int StepKeys = 512;

    private readonly DiskSnapshot _snapshot;
    private readonly KeyRange _range;
    private readonly Offset _asOf;
    private readonly PooledBuffer _bytes = new();
    private readonly List<Row> _rows = [];

    // Everything from here on was handed out, or is in the piece.
    private ReadOnlyMemory<byte>? _until;
    private int _row;
    private bool _isAtStart;

    public DescendingCursor(DiskSnapshot snapshot, KeyRange range, Offset asOf)
    {
        _snapshot = snapshot;
        _range = range;
        _asOf = asOf;
        _until = range.Until;
    }

    public VersionView Current
    {
        get
        {
            Row row = _rows[_row];
            ReadOnlySpan<byte> bytes = _bytes.WrittenSpan.Slice(row.Start, row.KeyLength + row.ValueLength);
            return new VersionView(bytes[..row.KeyLength], bytes[row.KeyLength..], row.Offset, row.TimestampMs);
        }
    }

    public bool MoveNext()
    {
        while (--_row < 0)
        {
            if (_isAtStart)
            {
                return false;
            }

            ReadPiece();
            _row = _rows.Count;
        }

        return true;
    }

    public void Dispose() => _bytes.Dispose();

    private void ReadPiece()
    {
        byte[]? from = FindStart();
        _isAtStart = from is null || from.AsSpan().SequenceCompareTo(_range.From.Span) <= 0;
        var piece = new KeyRange(_isAtStart ? _range.From : from, _until);
        _bytes.Clear();
        _rows.Clear();
        using IVersionCursor versions = _snapshot.Scan(piece, _asOf, ScanOrder.Ascending);
        while (versions.MoveNext())
        {
            VersionView version = versions.Current;
            _rows.Add(new Row(_bytes.Length, version.Key.Length, version.Value.Length, version.Offset, version.TimestampMs));
            _bytes.Write(version.Key);
            _bytes.Write(version.Value.Span);
        }

        _until = piece.From;
    }

    // A key before the end of what is left, a step back in the source where that is the shortest way; null when no source has one.
    private byte[]? FindStart()
    {
        byte[]? start = null;
        foreach (Run run in _snapshot.View.Runs)
        {
            if (run.State.From < _asOf && TryStepBack(run.Index, out ReadOnlySpan<byte> key) && IsLater(key, start))
            {
                start = key.ToArray();
            }
        }

        foreach (RecentTable table in _snapshot.View.Recent)
        {
            foreach (int[] keys in table.From < _asOf ? table.SortedPieces() : [])
            {
                if (TryStepBack(table, keys, out ReadOnlySpan<byte> key) && IsLater(key, start))
                {
                    start = key.ToArray();
                }
            }
        }

        return start;
    }

    private bool TryStepBack(BlockIndex index, out ReadOnlySpan<byte> key)
    {
        int block = (_until is { } until ? index.Find(until.Span, long.MaxValue) : index.Count - 1) + 1;
        key = default;
        bool isFound = false;
        for (int size = 0; block > 0 && size < StepBytes; size += index.SizeOf(block))
        {
            block--;
            if (IsBefore(index.KeyOf(block)))
            {
                key = index.KeyOf(block);
                isFound = true;
            }
        }

        return isFound;
    }

    private bool TryStepBack(RecentTable table, int[] keys, out ReadOnlySpan<byte> key)
    {
        int low = 0;
        int high = keys.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (IsBefore(table.KeyAt(keys[middle])))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        key = low == 0 ? default : table.KeyAt(keys[Math.Max(0, low - StepKeys)]);
        return low > 0;
    }

    private bool IsBefore(ReadOnlySpan<byte> key) => _until is not { } until || key.SequenceCompareTo(until.Span) < 0;

    private static bool IsLater(ReadOnlySpan<byte> key, [NotNullWhen(false)] byte[]? other) => other is null || key.SequenceCompareTo(other) > 0;

    private readonly record struct Row(int Start, int KeyLength, int ValueLength, Offset Offset, long TimestampMs);
}
