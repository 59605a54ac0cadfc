using System.Runtime.CompilerServices;
using Duramen.Broker.Partitions;
using Duramen.Broker.Requests;
using Duramen.Broker.Topics;
using Duramen.Coordination.Notes;
using Duramen.Coordination.Topics.Commands;
using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State;

namespace Duramen.Broker.Notes;

/// <summary>
/// Writes down who appends to the partitions of topics, in the topic <see cref="InternalTopics.Audit"/>: what a batch itself does not say. A note is written when who
/// appends changes, and its batch is acknowledged when the note is durable too; every other batch costs a look into a table. Once a second, where there was anything to
/// tell, one more append says up to where the notes are complete. Safe to call from any thread.
/// </summary>
internal sealed class NoteTaker(BrokerTopics topics, TimeProvider time) : IAsyncDisposable
{
    // How long what was acknowledged stays unconfirmed: short for whoever looks, and one append in so long for the whole broker.
    private static readonly TimeSpan CoverInterval = TimeSpan.FromSeconds(1);

    // Such a note has some eighty bytes: so many are far below the largest batch.
    private const int MaxCoversInBatch = 1000;

    // By log, so that what is known of a partition goes with it.
    private readonly ConditionalWeakTable<ILog, PartitionNotes> _partitions = [];
    private readonly Lock _gate = new();
    private List<PartitionNotes> _queued = [];
    private ITimer? _timer;
    private Task _covering = Task.CompletedTask;
    private bool _isArmed;
    private bool _isClosed;

    /// <summary>
    /// What is known of a partition; to be asked for before a batch is appended. Null where notes are off and were never on since the broker started: where they
    /// were, something has to say where what is known ends.
    /// </summary>
    public PartitionNotes? Find(Partition partition, bool isOn)
    {
        if (_partitions.TryGetValue(partition.Log, out PartitionNotes? known) || !isOn)
        {
            return known;
        }

        return _partitions.GetValue(partition.Log, log => new PartitionNotes(new NotedPartition(partition.TopicId, partition.Index), log));
    }

    /// <summary>Tells who sent a batch that is in the log. Ends when notes that say so are durable.</summary>
    /// <param name="notes">What is known of the partition.</param>
    /// <param name="outcome">What became of the append.</param>
    /// <param name="producer">The batch's producer id.</param>
    /// <param name="appender">Who sent it; unknown where notes are off.</param>
    /// <exception cref="LogException">The note could not be appended.</exception>
    /// <exception cref="StateException">The topic of the notes could not be made.</exception>
    public ValueTask TellAsync(PartitionNotes notes, in AppendOutcome outcome, ProducerId producer, Appender appender)
    {
        Task? pending;
        bool isCoverable;
        lock (notes.Gate)
        {
            (Offset from, Offset to, _) = outcome.Result;
            NoteRecord? needed = outcome.Appended ? notes.Runs.Tell(from, to, producer, appender) : notes.Runs.TellAgain(from, to, producer, appender);
            pending = notes.FindPending(producer);
            if (needed is { } note)
            {
                // One after the other, so that a later note is never there without an earlier one of the same producer.
                pending = AppendAsync(notes, note, pending ?? Task.CompletedTask);
                notes.SetPending(producer, pending);
            }

            isCoverable = notes.Runs.IsCoverable;
        }

        if (isCoverable && !notes.IsQueued)
        {
            Queue(notes);
        }

        return pending is null ? ValueTask.CompletedTask : new ValueTask(pending);
    }

    /// <summary>Says up to where the notes are complete, and takes no more.</summary>
    public async ValueTask DisposeAsync()
    {
        ITimer? timer;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            timer = _timer;
        }

        if (timer is not null)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        await _covering.ConfigureAwait(false);
        await CoverAsync().ConfigureAwait(false);
    }

    private async Task AppendAsync(PartitionNotes notes, NoteRecord note, Task before)
    {
        try
        {
            await before.ConfigureAwait(false);
            await AppendAsync([note]).ConfigureAwait(false);
        }
        catch
        {
            // What was told here cannot be called complete any more: the next batch begins anew.
            lock (notes.Gate)
            {
                notes.IsBroken = true;
            }

            _partitions.Remove(notes.Log);
            throw;
        }
    }

    private async Task AppendAsync(IEnumerable<NoteRecord> notes)
    {
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        using RecordBatchBuilder builder = new();
        foreach (NoteRecord note in notes)
        {
            builder.Append(nowMs, note.Key, note.Value);
        }

        BrokerTopic topic = topics.Find(InternalTopics.Audit) ?? await ProvideAsync().ConfigureAwait(false);

        // Not carried to the disk by this thread, which may hold the gate of a partition.
        var options = new AppendOptions(Epoch: Partition.Epoch, ReturnsAtOnce: true);
        await topic.Partitions[0].Log.AppendAsync(builder.Build(), options).ConfigureAwait(false);
    }

    /// <summary>Sees to it that there is a topic for notes.</summary>
    private async Task<BrokerTopic> ProvideAsync()
    {
        var create = new CreateTopic(Guid.NewGuid(), InternalTopics.Audit)
        {
            PartitionCount = 1,
            Configs =
            [
                // Every note has a key of its own but those that say up to where notes are complete: of these the last of each run of the broker counts.
                new("cleanup.policy", "compact"),
                new("compression.type", "producer"),
                new("segment.bytes", "104857600"),
            ],
        };

        // Whoever comes second is refused, and finds what the first made.
        await topics.ChangeAsync(create).ConfigureAwait(false);
        return topics.Find(InternalTopics.Audit)
            ?? throw new StateException(StateErrors.Failed, $"The topic {InternalTopics.Audit} cannot be made.", "See the log of the node.");
    }

    private void Queue(PartitionNotes notes)
    {
        lock (_gate)
        {
            if (notes.IsQueued)
            {
                return;
            }

            notes.IsQueued = true;
            _queued.Add(notes);
            if (!_isClosed && !_isArmed)
            {
                Arm();
            }
        }
    }

    private void Arm()
    {
        _isArmed = true;
        if (_timer is null)
        {
            _timer = time.CreateTimer(static taker => ((NoteTaker)taker!).OnTimer(), this, CoverInterval, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(CoverInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _covering = CoverAndArmAsync();
            }
        }
    }

    private async Task CoverAndArmAsync()
    {
        await Task.Yield();
        await CoverAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _isArmed = false;
            if (!_isClosed && _queued.Count > 0)
            {
                Arm();
            }
        }
    }

    /// <summary>Says of every partition that was told of up to where its notes are complete. Never throws.</summary>
    private async Task CoverAsync()
    {
        List<PartitionNotes> partitions;
        lock (_gate)
        {
            partitions = _queued;
            _queued = [];
        }

        List<NoteRecord> covers = [];
        foreach (PartitionNotes notes in partitions)
        {
            notes.IsQueued = false;
            bool isEarly;
            lock (notes.Gate)
            {
                isEarly = !notes.DropDurable() && !notes.IsBroken;
                if (!isEarly && !notes.IsBroken && notes.Runs.IsCoverable)
                {
                    covers.Add(notes.Runs.Cover());
                }
            }

            if (isEarly)
            {
                Queue(notes);
            }
        }

        foreach (NoteRecord[] batch in covers.Chunk(MaxCoversInBatch))
        {
            try
            {
                await AppendAsync(batch).ConfigureAwait(false);
            }
            catch (Exception exception) when (BrokerFailures.IsPlanned(exception))
            {
                // These records stay unconfirmed until more of their partition is told: the less is claimed, not the more.
            }
        }
    }
}
