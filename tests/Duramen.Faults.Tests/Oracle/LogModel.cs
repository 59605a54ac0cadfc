using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Storage.Logs;

namespace Duramen.Faults.Tests.Oracle;

/// <summary>What one log must hold: every acknowledged batch, and after them what was asked for and not answered.</summary>
internal sealed class LogModel(string name, CommitRule rule)
{
    private readonly List<(long Base, long Next, byte[] Bytes)> _batches = [];
    private readonly List<byte[][]> _unanswered = [];
    private long? _trimUnanswered;
    private long? _truncateUnanswered;

    public string Name => name;

    public CommitRule Rule => rule;

    /// <summary>The id of the log's one idempotent producer.</summary>
    public long Producer { get; init; }

    /// <summary>What its producer sent, was not answered, and recovery did not keep; it sends it again.</summary>
    public List<byte[][]> Lost { get; } = [];

    public long Start { get; private set; }

    public long Committed { get; set; }

    public long End { get; private set; }

    public bool IsCreationUnanswered { get; set; }

    public bool IsDeletionUnanswered { get; set; }

    public void Appended(byte[][] batches)
    {
        foreach (byte[] batch in batches)
        {
            long next = End + Batches.RecordsOf(batch);
            _batches.Add((End, next, Batches.Stamped(batch, End)));
            End = next;
        }

        if (rule == CommitRule.WhenDurable)
        {
            Committed = End;
        }
    }

    public void Trimmed(long start) => Start = Math.Max(Start, start);

    public void Truncated(long end)
    {
        // Trimmed batches stay in the list, so that it is empty only when the log goes back to its beginning.
        _batches.RemoveAll(batch => batch.Next > end);
        End = _batches.Count > 0 ? _batches[^1].Next : 0;
    }

    /// <summary>A batch boundary at or after an offset.</summary>
    public long BoundaryAfter(long offset) => _batches.Find(batch => batch.Next >= offset) is { Bytes: not null } found ? found.Next : End;

    /// <summary>Epoch and sequence number that the producer goes on at, by what the log keeps of it.</summary>
    public (short Epoch, int Sequence) NextOfProducer()
    {
        byte[]? last = _batches.FindLast(batch => Batches.ProducerOf(batch.Bytes).Producer == Producer).Bytes;

        // Some begin just below the largest sequence number, after which comes 0.
        return last is null ? ((short)0, Producer % 2 == 0 ? 0 : int.MaxValue - 4) : (Batches.ProducerOf(last).Epoch, Batches.ProducerOf(last).NextSequence);
    }

    /// <summary>The last batches of the producer that the log must recognise, with their offsets, whether they are trimmed or not.</summary>
    public IEnumerable<(long Base, long Next, byte[] Bytes)> LastOfProducer()
    {
        short epoch = NextOfProducer().Epoch;
        return _batches.FindAll(batch => Batches.ProducerOf(batch.Bytes) is (var producer, var its, _) && producer == Producer && its == epoch).TakeLast(5);
    }

    public void AppendUnanswered(byte[][] batches) => _unanswered.Add(batches);

    public void TrimUnanswered(long start) => _trimUnanswered = start;

    public void TruncateUnanswered(long end) => _truncateUnanswered = end;

    /// <summary>
    /// Compares with the log that recovery left: one of the states that are allowed, and takes it for the model's own from here on.
    /// Returns what is wrong, or null.
    /// </summary>
    public async Task<string?> CompareAsync(DiskLog log)
    {
        if (rule == CommitRule.WhenTold)
        {
            log.AdvanceCommitted(log.Watermarks.Durable);
        }

        LogWatermarks marks = log.Watermarks;
        if (marks.Start.Value == _trimUnanswered)
        {
            Trimmed(marks.Start.Value);
        }

        if (marks.Start.Value != Start)
        {
            return $"it starts at {marks.Start} and should at {Start}";
        }

        if (_truncateUnanswered is long cut && marks.End.Value < End)
        {
            Truncated(cut);
        }

        foreach (byte[][] append in _unanswered)
        {
            if (marks.End.Value > End)
            {
                Appended(append);
            }
            else if (Batches.ProducerOf(append[0]).Producer == Producer)
            {
                Lost.Add(append);
            }
        }

        if (marks.End.Value != End || marks.Durable != marks.End || marks.Committed != marks.End)
        {
            return $"it ends at {marks} and should at {End} (there were {_unanswered.Count} appends without an answer)";
        }

        Committed = End;
        _unanswered.Clear();
        _trimUnanswered = null;
        _truncateUnanswered = null;
        IsCreationUnanswered = false;
        IsDeletionUnanswered = false;
        return await CompareBytesAsync(log);
    }

    /// <summary>Compares what is committed byte by byte.</summary>
    public async Task<string?> CompareBytesAsync(DiskLog log)
    {
        Offset next = log.Watermarks.Start;
        int at = _batches.FindIndex(batch => batch.Next > Start);
        for (int part = 0; next.Value < Committed; part++)
        {
            using LogSlice slice = await log.ReadAsync(next, new ReadLimits(part % 3 == 0 ? 1 : 9000));
            ReadOnlyMemory<byte> bytes = slice.Batches;
            if (bytes.IsEmpty)
            {
                return $"nothing can be read at {next} although {Committed} is committed";
            }

            while (!bytes.IsEmpty)
            {
                byte[] expected = _batches[at].Bytes;
                if (bytes.Length < expected.Length || !bytes.Span[..expected.Length].SequenceEqual(expected))
                {
                    return $"the batch at offset {_batches[at].Base} is not the one that was appended";
                }

                bytes = bytes[expected.Length..];
                at++;
            }

            next = slice.NextOffset;
        }

        return next.Value == Committed || next.Value == Start ? null : $"reading ended at {next} and should at {Committed}";
    }
}
