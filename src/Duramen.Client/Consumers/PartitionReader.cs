using Duramen.Core.Ids;
using Duramen.Kafka.Messages;
using Duramen.Records.Batches;

namespace Duramen.Client.Consumers;

/// <summary>
/// Where a consumer is in one partition, and what is fetched of it ahead. All of it is guarded by the fetcher's lock.
/// </summary>
internal sealed class PartitionReader(TopicPartition partition, ReadPosition start)
{
    private readonly Queue<FetchedData> _fetched = new();
    private readonly HashSet<long> _aborting = [];

    public TopicPartition Partition => partition;

    /// <summary>Where to begin, until that is an offset.</summary>
    public ReadPosition Start { get; private set; } = start;

    /// <summary>Whether <see cref="Start"/> is being turned into an offset.</summary>
    public bool IsResolving { get; set; }

    /// <summary>Whether the offsets below are known.</summary>
    public bool IsResolved { get; private set; }

    /// <summary>What is fetched next.</summary>
    public Offset FetchOffset { get; set; }

    /// <summary>What is opened next for the reader.</summary>
    public Offset Position { get; private set; }

    /// <summary>The offset after the last record that the reader was given.</summary>
    public Offset Given { get; set; }

    /// <summary>What the reader is done with up to; what is committed.</summary>
    public Offset Done { get; set; }

    /// <summary>What was committed last.</summary>
    public Offset? LastCommitted { get; set; }

    /// <summary>The offset after the last record that can be read, as of the last answer; null before there was one.</summary>
    public Offset? End { get; set; }

    /// <summary>Whether a fetch of it is under way.</summary>
    public bool IsFetching { get; set; }

    /// <summary>Whether nothing more is to be fetched for now.</summary>
    public bool IsPaused { get; set; }

    public long BufferedBytes { get; private set; }

    /// <summary>Before then nothing is tried, in the fetcher's milliseconds.</summary>
    public long NotBeforeMs { get; set; }

    public int Failures { get; set; }

    /// <summary>Changes with every seek, so that an answer to an older question is recognised.</summary>
    public int Generation { get; private set; }

    public ClientException? Failure { get; set; }

    public bool HasData => _fetched.Count > 0;

    /// <summary>Goes to another place; what was fetched ahead is dropped.</summary>
    public void Seek(ReadPosition position)
    {
        Drop();
        Generation++;
        Failure = null;
        IsResolving = false;
        Start = position;
        IsResolved = false;
        if (position.Offset is { } offset)
        {
            Resolve(offset);
        }
    }

    /// <summary>Goes back to what the reader was not given yet, once it stopped in the middle of a batch.</summary>
    public void Rewind()
    {
        if (IsResolved && Position > Given)
        {
            Offset done = Done;
            Seek(ReadPosition.At(Given));
            Done = done;
        }
    }

    /// <summary>Begins at an offset.</summary>
    public void Resolve(Offset offset)
    {
        IsResolving = false;
        IsResolved = true;
        FetchOffset = offset;
        Position = offset;
        Given = offset;
        Done = offset;
        End = null;
    }

    public void Add(FetchedData data, Offset next)
    {
        data.Frame.AddUser();
        _fetched.Enqueue(data);
        BufferedBytes += data.Batches.Length;
        FetchOffset = next;
    }

    /// <summary>Opens the next batch that has a record for the reader, and goes behind it; null when nothing is left that was fetched.</summary>
    public ConsumedBatch? TakeNext(BatchOpener opener, bool isReadCommitted)
    {
        while (_fetched.TryPeek(out FetchedData? data))
        {
            ConsumedBatch? batch = null;
            if (RecordBatchView.TryRead(data.Batches.Span[data.OpenedBytes..], out RecordBatchView view))
            {
                batch = view.NextOffset > Position && IsWanted(view, data, isReadCommitted) ? opener.Open(partition, view, Position) : null;
                data.OpenedBytes += view.SizeBytes;
                Position = Offset.Max(Position, view.NextOffset);
            }

            // At once, not when it is next looked for: what is left in the queue has something to read.
            if (!RecordBatchView.TryRead(data.Batches.Span[data.OpenedBytes..], out _))
            {
                _fetched.Dequeue();
                BufferedBytes -= data.Batches.Length;
                data.Frame.Release();
            }

            if (batch is not null)
            {
                return batch;
            }
        }

        return null;
    }

    /// <summary>Forgets what was fetched ahead.</summary>
    public void Drop()
    {
        while (_fetched.TryDequeue(out FetchedData? data))
        {
            data.Frame.Release();
        }

        BufferedBytes = 0;
        _aborting.Clear();
    }

    // A transaction is left out from its first offset on until its marker. Markers themselves nobody wants.
    private bool IsWanted(RecordBatchView view, FetchedData data, bool isReadCommitted)
    {
        if (isReadCommitted)
        {
            while (data.Aborted is [{ } first, ..] && first.FirstOffset <= view.LastOffset.Value)
            {
                _aborting.Add(first.ProducerId);
                data.Aborted.RemoveAt(0);
            }

            if (view.IsControl)
            {
                _aborting.Remove(view.ProducerId.Value);
            }
        }

        return !view.IsControl && !(isReadCommitted && view.IsTransactional && _aborting.Contains(view.ProducerId.Value));
    }

    /// <summary>The aborted transactions of an answer in the order in which they begin.</summary>
    public static List<FetchResponse.AbortedTransaction> Sort(List<FetchResponse.AbortedTransaction>? aborted)
    {
        List<FetchResponse.AbortedTransaction> sorted = aborted ?? [];
        sorted.Sort(static (left, right) => left.FirstOffset.CompareTo(right.FirstOffset));
        return sorted;
    }
}
