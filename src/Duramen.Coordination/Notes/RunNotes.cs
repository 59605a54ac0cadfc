using Duramen.Core.Ids;

namespace Duramen.Coordination.Notes;

/// <summary>
/// Decides which notes a partition needs, one for each change of who appends under a producer id. Batches of one producer id follow each other in one run, so
/// that many producers that take turns need one note each and not one for each turn; batches without a producer id share a run. Batches may be told in
/// another order than that of their offsets. A run begins with the first note; one owner at a time.
/// </summary>
public sealed class RunNotes
{
    // Far more producers than a partition has at one time. Beyond that all runs begin anew, which costs each producer one note.
    private const int MaxRuns = 10_000;

    private readonly Dictionary<long, Run> _runs = [];
    private readonly NotedPartition _partition;
    private readonly Offset _start;
    private Offset _end;
    private Offset _covered;
    private long _toldOffsets;

    /// <summary>Begins with no run.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="start">The end of its log before the first batch that is told.</param>
    public RunNotes(NotedPartition partition, Offset start)
    {
        _partition = partition;
        _start = start;
        _end = start;
        _covered = start;
    }

    /// <summary>Whether batches were told since the last <see cref="Cover"/>, with none missing in between.</summary>
    public bool IsCoverable => _covered < _end && _start.Plus(_toldOffsets) == _end;

    /// <summary>Tells of a batch that was appended.</summary>
    /// <param name="from">Its base offset.</param>
    /// <param name="to">The offset after its last.</param>
    /// <param name="producer">Its producer id.</param>
    /// <param name="appender">Who sent it.</param>
    /// <returns>The note that it needs; null when those before say it.</returns>
    public NoteRecord? Tell(Offset from, Offset to, ProducerId producer, Appender appender)
    {
        _end = Offset.Max(_end, to);
        _toldOffsets += to.Since(from);
        bool isKnown = _runs.TryGetValue(producer.Value, out Run run);
        if (isKnown && run.Appender == appender && from >= run.From)
        {
            _runs[producer.Value] = run with { End = Offset.Max(run.End, to) };
            return null;
        }

        if (isKnown && from < run.End)
        {
            // A batch further on was told first. What the run says of this one would be a guess.
            return Note(NoteKind.Batch, from, to, producer, appender);
        }

        if (_runs.Count >= MaxRuns)
        {
            _runs.Clear();
        }

        _runs[producer.Value] = new Run(appender, from, Offset.Max(to, isKnown ? run.End : to));
        return Note(NoteKind.Run, from, default, producer, appender);
    }

    /// <summary>Tells of a batch that the log had already. It is noted beside what is known of it, which counts more: whoever sends a copy did not append it.</summary>
    /// <returns>As <see cref="Tell"/>.</returns>
    public NoteRecord? TellAgain(Offset from, Offset to, ProducerId producer, Appender appender) =>
        _runs.TryGetValue(producer.Value, out Run run) && run.Appender == appender && from >= run.From ? null : Note(NoteKind.Again, from, to, producer, appender);

    /// <summary>The note that everything up to here has been told; to be appended behind all notes that were.</summary>
    public NoteRecord Cover()
    {
        _covered = _end;
        return Note(NoteKind.Covered, _start, _end, ProducerId.None, Appender.Unknown);
    }

    private NoteRecord Note(NoteKind kind, Offset from, Offset to, ProducerId producer, Appender appender)
    {
        var note = new ProducerNote { Kind = kind, Partition = _partition, Producer = producer, From = from, To = to, Appender = appender };
        return new NoteRecord(note.Key(), note.Value());
    }

    private readonly record struct Run(Appender Appender, Offset From, Offset End);
}
