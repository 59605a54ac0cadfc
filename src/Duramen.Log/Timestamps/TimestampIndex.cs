using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Log.Timestamps;

/// <summary>
/// Finds where a log stands as of a time: after every record with a timestamp at or before it. Producers set timestamps, and those may go back along the log: then some records of that part are later than
/// the time. So what is behind the time is read, once, and remembered by the earliest timestamp of each piece: a search costs by the records behind the time that nobody asked for before. Where the log
/// has gaps, since it was compacted or trimmed, somebody else may know what was there. Safe to call from any thread.
/// </summary>
public sealed class TimestampIndex
{
    // Small enough that reading a piece again takes less than a millisecond, large enough that 10^9 records are remembered in a few megabytes.
    private const int PieceOffsets = 8192;

    private readonly ILog _log;

    // Guards what is known of the pieces that were read whole, by their numbers. What compaction removed since leaves the times too early, which costs a look.
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Piece> _pieces = [];

    /// <summary>Makes an index that has read nothing yet.</summary>
    public TimestampIndex(ILog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        _log = log;
    }

    /// <summary>
    /// The offset of the first record of the log behind the last one that is at or before a time; where no record is behind it, <paramref name="until"/>.
    /// </summary>
    /// <param name="timestampMs">The time, in milliseconds since 1970.</param>
    /// <param name="until">Only records below this count; at most the committed end.</param>
    /// <param name="cancellationToken">Gives up the search; what was read is remembered.</param>
    /// <exception cref="LogException">As <see cref="ILog.FindTimestampAsync"/> and <see cref="ILog.ReadAsync"/>.</exception>
    public async ValueTask<Offset> FindEndAsync(long timestampMs, Offset until, CancellationToken cancellationToken = default)
    {
        // Up to the first record that is later the log's own search knows the answer.
        if (await FindLaterAsync(timestampMs, until, cancellationToken).ConfigureAwait(false) is not Offset first)
        {
            return until;
        }

        TimePlace place = await FindAsync(timestampMs, first, until, known: null, cancellationToken).ConfigureAwait(false);
        return place.Before ?? until;
    }

    /// <summary>Where a time is among the records of the log and those that somebody else knows.</summary>
    /// <param name="timestampMs">The time, in milliseconds since 1970.</param>
    /// <param name="until">Only records below this count; at most the committed end.</param>
    /// <param name="known">What is known of records that the log may have lost.</param>
    /// <param name="cancellationToken">Gives up the search; what was read is remembered.</param>
    /// <exception cref="LogException">As <see cref="ILog.ReadAsync"/>.</exception>
    public async ValueTask<TimePlace> FindAsync(long timestampMs, Offset until, IKnownRecords known, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(known);
        bool isAtEnd = await FindLaterAsync(timestampMs, until, cancellationToken).ConfigureAwait(false) is null && await HasLastAsync(until, cancellationToken).ConfigureAwait(false);
        return isAtEnd ? new TimePlace(until, null) : await FindAsync(timestampMs, Offset.Min(_log.Watermarks.Start, known.From), until, known, cancellationToken).ConfigureAwait(false);
    }

    private static void Look(ReadOnlySpan<byte> batches, RecordBatchDecoder decoder, Offset to, ref Offset next, ref (Offset From, Offset To)? gap, List<TimestampMatch> records)
    {
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            batches = batches[batch.SizeBytes..];

            Pass(ref next, Offset.Min(batch.BaseOffset, to), ref gap);

            // Records of the log's own machinery are nothing to a state, nor are those that nobody can decode.
            if (!batch.IsControl && decoder.Open(batch, out RecordReader reader).IsNone)
            {
                while (reader.TryRead(out RecordView record) && record.Offset < to)
                {
                    // A batch is read whole, with records below the start of the log, which are lost.
                    if (record.Offset >= next)
                    {
                        Pass(ref next, record.Offset, ref gap);
                        next = record.Offset.Plus(1);
                        records.Add(new TimestampMatch(record.Offset, record.TimestampMs));
                    }
                }

                Pass(ref next, Offset.Min(batch.NextOffset, to), ref gap);
            }

            next = Offset.Max(next, Offset.Min(batch.NextOffset, to));
        }
    }

    // Goes on to an offset. What is between is a gap, and made one with the gaps before it.
    private static void Pass(ref Offset next, Offset to, ref (Offset From, Offset To)? gap)
    {
        if (next < to)
        {
            gap = (gap?.From ?? next, to);
            next = to;
        }
    }

    /// <summary>The first record of the log that is later than a time, and below an offset.</summary>
    private async ValueTask<Offset?> FindLaterAsync(long timestampMs, Offset until, CancellationToken cancellationToken)
    {
        TimestampMatch? later = timestampMs == long.MaxValue ? null : await _log.FindTimestampAsync(timestampMs + 1, cancellationToken).ConfigureAwait(false);
        return later is { Offset: var first } && first < until ? first : null;
    }

    /// <summary>Whether the log still has the record below an offset.</summary>
    private async ValueTask<bool> HasLastAsync(Offset until, CancellationToken cancellationToken)
    {
        if (until <= _log.Watermarks.Start)
        {
            return false;
        }

        var last = new Offset(until.Value - 1);
        using LogSlice slice = await _log.ReadAsync(last, new ReadLimits(1, 1), cancellationToken).ConfigureAwait(false);
        Offset next = last;
        (Offset From, Offset To)? gap = null;
        using RecordBatchDecoder decoder = new();
        var records = new List<TimestampMatch>();
        Look(slice.Batches.Span, decoder, until, ref next, ref gap, records);
        return records.Count > 0;
    }

    private async ValueTask<TimePlace> FindAsync(long timestampMs, Offset lowest, Offset until, IKnownRecords? known, CancellationToken cancellationToken)
    {
        Offset? after = null;
        Offset? before = null;
        for (long piece = (until.Value - 1) / PieceOffsets; after is null && piece >= lowest.Value / PieceOffsets; piece--)
        {
            if (IsLater(piece, timestampMs, out Offset? first))
            {
                before = first ?? before;
                continue;
            }

            Offset? behind = null;
            foreach (TimestampMatch record in await ReadAsync(piece, lowest, until, known, cancellationToken).ConfigureAwait(false))
            {
                if (record.TimestampMs <= timestampMs)
                {
                    after = record.Offset.Plus(1);
                    behind = null;
                }
                else
                {
                    behind ??= record.Offset;
                }
            }

            before = behind ?? before;
        }

        return new TimePlace(after, before);
    }

    private bool IsLater(long piece, long timestampMs, out Offset? first)
    {
        lock (_gate)
        {
            bool isKnown = _pieces.TryGetValue(piece, out Piece known);
            first = known.First;
            return isKnown && known.EarliestMs > timestampMs;
        }
    }

    /// <summary>The records of a piece between two offsets, in the order of offsets.</summary>
    private async ValueTask<List<TimestampMatch>> ReadAsync(long piece, Offset lowest, Offset until, IKnownRecords? known, CancellationToken cancellationToken)
    {
        var begin = new Offset(piece * PieceOffsets);
        Offset from = Offset.Max(begin, lowest);
        Offset to = Offset.Min(begin.Plus(PieceOffsets), until);
        var records = new List<TimestampMatch>();
        Offset next = from;
        (Offset From, Offset To)? gap = null;
        using RecordBatchDecoder decoder = new();
        while (next < to)
        {
            Pass(ref next, Offset.Min(_log.Watermarks.Start, to), ref gap);
            if (next < to)
            {
                using LogSlice slice = await _log.ReadAsync(next, new ReadLimits(ReadLimits.Default.MaxBytes, (int)to.Since(next)), cancellationToken).ConfigureAwait(false);
                Look(slice.Batches.Span, decoder, to, ref next, ref gap, records);
                Pass(ref next, Offset.Min(slice.NextOffset, to), ref gap);
            }
        }

        if (known is not null && gap is { } lost)
        {
            records.AddRange(known.Between(lost.From, lost.To));
            records.Sort(static (left, right) => left.Offset.CompareTo(right.Offset));
        }

        if (from == begin && to == begin.Plus(PieceOffsets) && (known is not null || gap is null))
        {
            lock (_gate)
            {
                _pieces[piece] = records.Count == 0 ? new Piece(long.MaxValue, null) : new Piece(records.Min(record => record.TimestampMs), records[0].Offset);
            }
        }

        return records;
    }

    /// <summary>What is remembered of a piece.</summary>
    private readonly record struct Piece(long EarliestMs, Offset? First);
}
