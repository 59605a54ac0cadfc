using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Log.Timestamps;

/// <summary>
/// Finds where a log stands as of a time: after every record with a timestamp at or before it. Producers set timestamps, and those may go back along the log: then some records of that part are later than
/// the time. Up to the first record that is later the log's own search knows the answer. What is behind that is read, once, and remembered by the earliest timestamp of each piece, so that
/// a search costs by the records behind the time that nobody asked for before. Safe to call from any thread.
/// </summary>
public sealed class TimestampIndex
{
    // Small enough that reading a piece again takes less than a millisecond, large enough that 10^9 records are remembered in a few megabytes.
    private const int PieceOffsets = 8192;

    private readonly ILog _log;

    // Guards the earliest timestamps of the pieces that were read whole, by their numbers. What compaction removed since leaves them too early, which costs a look.
    private readonly Lock _gate = new();
    private readonly Dictionary<long, long> _earliest = [];

    /// <summary>Makes an index that has read nothing yet.</summary>
    public TimestampIndex(ILog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        _log = log;
    }

    /// <summary>
    /// The offset after the last record at or before a time. Where there is none it is that of the first record, and where no record is later it is <paramref name="until"/>.
    /// </summary>
    /// <param name="timestampMs">The time, in milliseconds since 1970.</param>
    /// <param name="until">Only records below this count; at most the committed end.</param>
    /// <param name="cancellationToken">Gives up the search; what was read is remembered.</param>
    /// <exception cref="LogException">As <see cref="ILog.FindTimestampAsync"/> and <see cref="ILog.ReadAsync"/>.</exception>
    public async ValueTask<Offset> FindEndAsync(long timestampMs, Offset until, CancellationToken cancellationToken = default)
    {
        TimestampMatch? later = timestampMs == long.MaxValue ? null : await _log.FindTimestampAsync(timestampMs + 1, cancellationToken).ConfigureAwait(false);
        if (later is not { Offset: var first } || first >= until)
        {
            return until;
        }

        for (long piece = (until.Value - 1) / PieceOffsets; piece >= first.Value / PieceOffsets; piece--)
        {
            if (MayHold(piece, timestampMs) && await FindInAsync(piece, first, until, timestampMs, cancellationToken).ConfigureAwait(false) is Offset end)
            {
                return end;
            }
        }

        return first;
    }

    private bool MayHold(long piece, long timestampMs)
    {
        lock (_gate)
        {
            return !_earliest.TryGetValue(piece, out long earliest) || earliest <= timestampMs;
        }
    }

    /// <summary>The offset after the last record of a piece, between two offsets, at or before a time; null when there is none.</summary>
    private async ValueTask<Offset?> FindInAsync(long piece, Offset first, Offset until, long timestampMs, CancellationToken cancellationToken)
    {
        var begin = new Offset(piece * PieceOffsets);
        Offset from = Offset.Max(begin, first);
        Offset to = Offset.Min(begin.Plus(PieceOffsets), until);
        long earliest = long.MaxValue;
        Offset? end = null;
        using RecordBatchDecoder decoder = new();
        for (Offset next = from; next < to;)
        {
            var limits = new ReadLimits(ReadLimits.Default.MaxBytes, (int)to.Since(next));
            using LogSlice slice = await _log.ReadAsync(Offset.Max(next, _log.Watermarks.Start), limits, cancellationToken).ConfigureAwait(false);
            Look(slice.Batches.Span, from, to, timestampMs, decoder, ref earliest, ref end);
            next = slice.NextOffset;
        }

        if (from == begin && to == begin.Plus(PieceOffsets))
        {
            lock (_gate)
            {
                _earliest[piece] = earliest;
            }
        }

        return end;
    }

    private static void Look(ReadOnlySpan<byte> batches, Offset from, Offset to, long timestampMs, RecordBatchDecoder decoder, ref long earliest, ref Offset? end)
    {
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            batches = batches[batch.SizeBytes..];

            // Records of the log's own machinery are nothing to a state, nor are those that nobody can decode.
            if (batch.IsControl || !decoder.Open(batch, out RecordReader reader).IsNone)
            {
                continue;
            }

            while (reader.TryRead(out RecordView record))
            {
                if (record.Offset < from || record.Offset >= to)
                {
                    continue;
                }

                earliest = Math.Min(earliest, record.TimestampMs);
                end = record.TimestampMs <= timestampMs ? record.Offset.Plus(1) : end;
            }
        }
    }
}
