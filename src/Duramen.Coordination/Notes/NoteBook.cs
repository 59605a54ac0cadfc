using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Coordination.Notes;

/// <summary>All notes of some partitions, read from the log of notes: answers who appended a batch. One owner, one thread at a time.</summary>
/// <param name="isWanted">Which partitions to keep the notes of.</param>
public sealed class NoteBook(Func<NotedPartition, bool> isWanted)
{
    private readonly Dictionary<NotedPartition, Pages> _pages = [];

    /// <summary>Takes in a record of the log of notes, in the order of the log.</summary>
    /// <exception cref="Core.Binary.BinaryFormatException">It is no note that is known here.</exception>
    public void Add(RecordView record)
    {
        if (record.Value.IsNull)
        {
            return;
        }

        ProducerNote note = ProducerNote.Read(record);
        if (!isWanted(note.Partition))
        {
            return;
        }

        if (!_pages.TryGetValue(note.Partition, out Pages? pages))
        {
            _pages[note.Partition] = pages = new Pages();
        }

        pages.Add(note);
    }

    /// <summary>Who appended a batch; null when no note says.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="batch">An offset of the batch.</param>
    /// <param name="producer">The batch's producer id.</param>
    /// <param name="isConfirmed">
    /// Whether all is noted that there is about the batch. Where it is not, the answer is who appended last before it: another one may have, without an
    /// acknowledgement, when the server crashed, or while notes were off.
    /// </param>
    public Appender? Find(NotedPartition partition, Offset batch, ProducerId producer, out bool isConfirmed)
    {
        isConfirmed = false;
        return _pages.TryGetValue(partition, out Pages? pages) ? pages.Find(batch, producer, out isConfirmed) : null;
    }

    /// <summary>The notes of one partition.</summary>
    private sealed class Pages
    {
        private readonly Dictionary<long, SortedList<long, Appender>> _runs = [];
        private readonly SortedList<long, ProducerNote> _covered = [];
        private readonly Dictionary<(long Producer, long Offset), ProducerNote> _batches = [];
        private readonly Dictionary<(long Producer, long Offset), ProducerNote> _again = [];

        public void Add(in ProducerNote note)
        {
            switch (note.Kind)
            {
                case NoteKind.Run:
                    if (!_runs.TryGetValue(note.Producer.Value, out SortedList<long, Appender>? runs))
                    {
                        _runs[note.Producer.Value] = runs = [];
                    }

                    runs[note.From.Value] = note.Appender;
                    break;
                case NoteKind.Covered:
                    _covered[note.From.Value] = note;
                    break;
                case NoteKind.Batch:
                    _batches[(note.Producer.Value, note.From.Value)] = note;
                    break;
                default:
                    _again.TryAdd((note.Producer.Value, note.From.Value), note);
                    break;
            }
        }

        public Appender? Find(Offset batch, ProducerId producer, out bool isConfirmed)
        {
            isConfirmed = LastUpTo(_covered, batch.Value) is var covered and >= 0 && batch < _covered.Values[covered].To;
            (long Producer, long Offset) key = (producer.Value, batch.Value);
            if (_batches.TryGetValue(key, out ProducerNote noted))
            {
                isConfirmed = true;
                return Known(noted.Appender);
            }

            Appender? run = _runs.TryGetValue(producer.Value, out SortedList<long, Appender>? runs) && LastUpTo(runs, batch.Value) is var index and >= 0 ? Known(runs.Values[index]) : null;
            return !isConfirmed && _again.TryGetValue(key, out ProducerNote again) ? Known(again.Appender) : run;
        }

        private static Appender? Known(Appender appender) => appender == Appender.Unknown ? null : appender;

        /// <summary>The place of the last key that is not above an offset; -1 when there is none.</summary>
        private static int LastUpTo<T>(SortedList<long, T> list, long offset)
        {
            int low = 0;
            int high = list.Count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = list.Keys[middle] <= offset ? (middle + 1, high) : (low, middle);
            }

            return low - 1;
        }
    }
}
