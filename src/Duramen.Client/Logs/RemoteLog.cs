using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Duramen.Client.Admin;
using Duramen.Client.Cluster;
using Duramen.Client.Connections;
using Duramen.Client.Offsets;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Log;
using Duramen.Log.Batches;
using Duramen.Log.Producers;
using Duramen.Log.Timestamps;
using Duramen.Records.Batches;

namespace Duramen.Client.Logs;

/// <summary>
/// A log that is a partition of a topic in any Kafka-compatible cluster. Appends return when all replicas in sync have them. Safe to use from any thread.
/// <para>
/// What an append cannot ask of it, since the protocol has no words for it, is refused with <see cref="LogErrors.NotSupported"/>: an expected end, a leader epoch,
/// more than one batch, and batches of a producer that is not to be checked. The broker looks into records, and refuses what it does not take with
/// <see cref="LogErrors.InvalidBatch"/>. <see cref="AppendOutcome.Producer"/> is never told, and a duplicate is recognised as one when its offsets were known here before.
/// </para>
/// <para>
/// <see cref="Watermarks"/> are those of the last answer, whichever call it was to, and so never ahead of the truth; <see cref="UpdateAsync"/> asks. While the
/// cluster cannot be reached, calls try again for as long as <see cref="ClientOptions.OperationTimeoutMs"/> says and fail with <see cref="LogErrors.Unavailable"/> then;
/// whoever waits for a commit waits on. A topic that was deleted is <see cref="LogErrors.NotFound"/>.
/// </para>
/// <code>
/// await using var client = new KafkaClient("127.0.0.1:9092");
/// await using RemoteLog log = await RemoteLog.OpenAsync(client, new TopicPartition("orders", 0));
/// await foreach (LogSlice slice in log.SubscribeAsync(log.Watermarks.Start)) { ... }
/// </code>
/// </summary>
public sealed class RemoteLog : ILog, IAsyncDisposable
{
    private readonly KafkaClient _client;
    private readonly Guid _topicId;
    private readonly RemoteMarks _marks;
    private readonly RemoteAppends _appends;
    private readonly RemoteTail _tail;
    private int _isClosed;

    private RemoteLog(KafkaClient client, TopicPartition partition, Guid topicId, string? clusterId, RemoteMarks marks)
    {
        _client = client;
        _marks = marks;
        _topicId = topicId;
        Partition = partition;
        Id = IdOf(clusterId, topicId, partition);
        _appends = new(client, this, partition, _marks);
        _tail = new(client, this, partition, _marks);
    }

    /// <summary>The partition that the log is.</summary>
    public TopicPartition Partition { get; }

    /// <inheritdoc/>
    /// <remarks>The same for everybody who opens the partition, wherever. A topic that is made again under its name has other ids, where the cluster gives topics ids.</remarks>
    public LogId Id { get; }

    /// <inheritdoc/>
    public string Name => Partition.ToString();

    /// <inheritdoc/>
    public LogWatermarks Watermarks => _marks.Now;

    /// <summary>Opens a partition that exists. The client must outlive the log.</summary>
    /// <exception cref="LogException"><see cref="LogErrors.NotFound"/>, <see cref="LogErrors.Unavailable"/>.</exception>
    public static async Task<RemoteLog> OpenAsync(KafkaClient client, TopicPartition partition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(partition.Topic);
        var marks = new RemoteMarks();
        try
        {
            // Asked anew: the topic may have been deleted and made again since somebody looked.
            ClusterView view = await client.RefreshAsync([partition.Topic], cancellationToken: cancellationToken).ConfigureAwait(false);
            await RemoteEnds.LearnAsync(client, partition, marks, cancellationToken).ConfigureAwait(false);
            return new RemoteLog(client, partition, client.View.Topics[partition.Topic].Id, view.ClusterId, marks);
        }
        catch (ClientException error)
        {
            throw RemoteFailures.Of(partition.ToString(), error);
        }
    }

    /// <summary>Asks where the log begins and ends now; <see cref="Watermarks"/> show it then.</summary>
    /// <exception cref="LogException"><see cref="LogErrors.Unavailable"/>, <see cref="LogErrors.NotFound"/>, <see cref="LogErrors.Closed"/>.</exception>
    public Task UpdateAsync(CancellationToken cancellationToken = default) => AskAsync(
        async () =>
        {
            await RemoteEnds.LearnAsync(_client, Partition, _marks, cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<AppendResult> AppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        (AppendOutcome outcome, string? why) = await SendAsync(batches, options, cancellationToken).ConfigureAwait(false);
        return outcome.Status switch
        {
            AppendStatus.SequenceGap => throw new LogException(
                LogErrors.SequenceGap, $"Log '{Name}' refused an append that does not go on where it has the producer. {why}", "Send what is missing first, or begin a new epoch at sequence number 0."),
            AppendStatus.ProducerFenced => throw new LogException(
                LogErrors.ProducerFenced, $"Log '{Name}' refused an append of an epoch that is over. {why}", "Stop this producer: another one has taken its place."),
            _ => outcome.Result,
        };
    }

    /// <inheritdoc/>
    public async ValueTask<AppendOutcome> TryAppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default) =>
        (await SendAsync(batches, options, cancellationToken).ConfigureAwait(false)).Outcome;

    /// <inheritdoc/>
    public async ValueTask<LogSlice> ReadAsync(Offset from, ReadLimits limits, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckOpen();
        for (bool isLast = false; ; isLast = true)
        {
            if (from < Watermarks.Start)
            {
                throw LogRefusals.ReadOutOfRange(this, from, Watermarks);
            }

            if (_tail.TryTake(from, out RemoteRun ahead))
            {
                return ahead.ToSlice(limits);
            }

            if (await TryFetchAsync(from, limits, cancellationToken).ConfigureAwait(false) is { } slice)
            {
                return slice;
            }

            // The broker has no such offset. What it has is asked for once, for it may have changed on the way.
            await UpdateAsync(cancellationToken).ConfigureAwait(false);
            if (isLast || from > Watermarks.Committed)
            {
                throw LogRefusals.ReadOutOfRange(this, from, Watermarks);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>While somebody waits, a connection of the log's own asks the leader, which answers when there is something; nothing is polled.</remarks>
    public ValueTask WaitForCommittedAsync(Offset offset, CancellationToken cancellationToken = default) => _tail.WaitAsync(offset, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>The protocol has no words for moments before 1970; the log is read from its start for those.</remarks>
    public async ValueTask<TimestampMatch?> FindTimestampAsync(long timestampMs, CancellationToken cancellationToken = default) => timestampMs < 0
        ? await ReadForTimestampAsync(timestampMs, cancellationToken).ConfigureAwait(false)
        : await AskAsync(
            () => OffsetFinder.FindAsync(_client, Partition, timestampMs, isReadCommitted: false, cancellationToken, mayCreate: false), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<KnownProducer>> ListProducersAsync(CancellationToken cancellationToken = default) =>
        await AskAsync(() => new AdminClient(_client).ListProducersAsync(Partition, cancellationToken), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask TrimAsync(Offset newStart, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckOpen();
        if (newStart <= Watermarks.Start)
        {
            return;
        }

        try
        {
            Offset start = await AskAsync(() => new AdminClient(_client).DeleteRecordsAsync(Partition, newStart, cancellationToken), cancellationToken).ConfigureAwait(false);
            _marks.Learn(start.Value, -1);
        }
        catch (LogException error) when (error.InnerException is ClientException { Error: KafkaError.OffsetOutOfRange })
        {
            await UpdateAsync(cancellationToken).ConfigureAwait(false);
            throw LogRefusals.TrimOutOfRange(this, newStart, Watermarks.Committed);
        }
        catch (LogException error) when (error.InnerException is ClientException { Error: KafkaError.PolicyViolation })
        {
            throw LogRefusals.NotSupported(this, "is compacted, and its records are not deleted by offset", "Set the topic's cleanup.policy to compact,delete, or leave it to compaction.");
        }
    }

    /// <summary>
    /// Closes the log, not the client: appends that were sent are waited for, and everything else on it fails with <see cref="LogErrors.Closed"/>. Closing again does nothing.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        _marks.Waiters.Fail(() => LogRefusals.Closed(this));
        await _tail.DisposeAsync().ConfigureAwait(false);
        await _appends.DisposeAsync().ConfigureAwait(false);
    }

    private Task<(AppendOutcome Outcome, string? Why)> SendAsync(Memory<byte> batches, in AppendOptions options, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<(AppendOutcome, string?)>(cancellationToken);
        }

        if (Refusal(batches.Span, options, out BatchRun run, out ProducerRun producer) is { } refusal)
        {
            return Task.FromException<(AppendOutcome, string?)>(refusal);
        }

        // As producers send them; the broker sets both.
        BatchRun.Stamp(batches.Span, Offset.Zero, LeaderEpoch.None);
        return _appends.AppendAsync(batches, run.RecordCount, producer.Producer);
    }

    private LogException? Refusal(ReadOnlySpan<byte> batches, in AppendOptions options, out BatchRun run, out ProducerRun producer)
    {
        producer = default;
        if (!BatchRun.TryCheck(batches, out run, out BatchFault fault))
        {
            return LogRefusals.InvalidBatch(this, fault);
        }

        if (!ProducerRun.TryRead(batches, out producer) && options.Producer != ProducerCheck.None)
        {
            return LogRefusals.NotOneRun(this);
        }

        return FindEnd() is { } end ? end
            : run.BatchCount > 1 ? LogRefusals.NotSupported(this, "is a remote partition, which takes one batch with each append", "Append the batches one by one.")
            : options.ExpectedEnd is not null ? LogRefusals.NotSupported(this, "is a remote partition, which takes no append on the condition that it ends at an offset", "Let one writer append, or use a log of this process.")
            : options.Epoch is not null ? LogRefusals.NotSupported(this, "is a remote partition, whose leader sets the epoch of batches", "Append without an epoch.")
            : producer.Producer.IsSome && options.Producer == ProducerCheck.None ? LogRefusals.NotSupported(
                this, "is a remote partition, which checks the sequence of every producer", $"Ask for {nameof(ProducerCheck)}.{nameof(ProducerCheck.Sequences)}.")
            : null;
    }

    // Null when the log does not have the offset.
    private async Task<LogSlice?> TryFetchAsync(Offset from, ReadLimits limits, CancellationToken cancellationToken)
    {
        // Committed before the broker was asked: if it has nothing from here on, it has nothing up to there.
        Offset end = Watermarks.Committed;
        try
        {
            (RemoteRun run, long start, long committed) = await AskAsync(
                () => RemoteFetch.AskAsync(_client, Name, Partition, from, limits.MaxBytes, waitMs: 0, ConnectionLane.Prompt, cancellationToken), cancellationToken).ConfigureAwait(false);
            _marks.Learn(start, committed);
            return run.Rented is not null ? run.ToSlice(limits) : from.Value > committed ? null : LogSlice.Empty(Offset.Max(from, end));
        }
        catch (LogException error) when (error.InnerException is ClientException { Error: KafkaError.OffsetOutOfRange })
        {
            return null;
        }
    }

    private async Task<TimestampMatch?> ReadForTimestampAsync(long timestampMs, CancellationToken cancellationToken)
    {
        await UpdateAsync(cancellationToken).ConfigureAwait(false);
        using var decoder = new RecordBatchDecoder();
        Offset start = Watermarks.Start;
        for (Offset next = start; ;)
        {
            using LogSlice slice = await ReadAsync(next, ReadLimits.Default, cancellationToken).ConfigureAwait(false);
            if (slice.Batches.IsEmpty)
            {
                return null;
            }

            if (Search(slice.Batches.Span, start, timestampMs, decoder) is { } match)
            {
                return match;
            }

            next = slice.NextOffset;
        }
    }

    private TimestampMatch? Search(ReadOnlySpan<byte> batches, Offset start, long timestampMs, RecordBatchDecoder decoder)
    {
        while (RecordBatchView.TryRead(batches, out RecordBatchView batch))
        {
            BatchFault fault = RecordTimestamps.Search(batch, start, timestampMs, decoder, out TimestampMatch? match);
            if (!fault.IsNone)
            {
                throw LogRefusals.Undecodable(this, batch.BaseOffset, fault);
            }

            if (match is not null)
            {
                return match;
            }

            batches = batches[batch.SizeBytes..];
        }

        return null;
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckOpen();
        try
        {
            T answer = await ask().ConfigureAwait(false);
            CheckOpen();
            return answer;
        }
        catch (ClientException error)
        {
            CheckOpen();
            throw RemoteFailures.Of(Name, error);
        }
    }

    private void CheckOpen()
    {
        if (FindEnd() is { } end)
        {
            throw end;
        }
    }

    // Why nothing more can be asked of the log. A topic that was made again under its name is another one, whose records are not this log's.
    private LogException? FindEnd() =>
        Volatile.Read(ref _isClosed) != 0 ? LogRefusals.Closed(this)
        : _topicId != Guid.Empty && _client.View.Topics.TryGetValue(Partition.Topic, out TopicView? topic) && topic.Id != Guid.Empty && topic.Id != _topicId
            ? RemoteFailures.Gone(Name)
            : null;

    private static LogId IdOf(string? clusterId, Guid topicId, TopicPartition partition)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, partition.Partition);
        byte[] identity = [.. topicId.ToByteArray(bigEndian: true), .. number, .. Encoding.UTF8.GetBytes($"{clusterId}\0{partition.Topic}")];
        return LogId.Read(SHA256.HashData(identity));
    }
}
