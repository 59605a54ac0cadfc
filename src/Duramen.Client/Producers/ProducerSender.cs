using System.Collections.Concurrent;
using Duramen.Client.Connections;
using Duramen.Core.Errors;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Records.Batches;
using Duramen.Records.Compression;

namespace Duramen.Client.Producers;

/// <summary>
/// Sends the batches of a producer. One loop owns everything here: it is woken by records, answers, connections, metadata and time, and then looks at all
/// partitions that have something. Everybody else only puts things into its queues.
/// <para>
/// Order: the batches of a partition are sent in order, and those that must be sent again before any new one. With sequence numbers a broker refuses what
/// would leave a gap, so that several can be under way. When a batch fails for good, nothing new is sent until all that has numbers is answered; then the
/// producer takes a new id and numbers from 0 (KIP-360 does the same by epoch). A batch is numbered anew only when a broker's answer says that it is not
/// in the log.
/// </para>
/// </summary>
internal sealed class ProducerSender : IAsyncDisposable
{
    private readonly KafkaClient _client;
    private readonly ProducerOptions _options;
    private readonly BatchBuilders _builders;
    private readonly ByteBudget _budget;
    private readonly ConcurrentQueue<PartitionQueue> _listed = new();
    private readonly ConcurrentQueue<ProduceCall> _answered = new();
    private readonly List<PartitionQueue> _active = [];
    private readonly LeaderPipes _pipes;
    private readonly WakeUp _wakeUp = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _timer;
    private readonly long _began;
    private readonly int _maxBatchesInFlight;
    private readonly Task _running;
    private ProducerIdentity _identity = ProducerIdentity.None;
    private bool _needsIdentity;
    private Task<ProducerIdentity>? _askingIdentity;
    private int _turn;
    private ClientException? _unwatchedFailure;

    public ProducerSender(KafkaClient client, ProducerOptions options, BatchBuilders builders, ByteBudget budget, Action refreshed)
    {
        _client = client;
        _options = options;
        _builders = builders;
        _budget = budget;
        _needsIdentity = options.IsIdempotent;
        _maxBatchesInFlight = options.IsIdempotent ? ClientLimits.MaxBatchesInFlight : 1;
        _began = client.Options.Time.GetTimestamp();
        _timer = client.Options.Time.CreateTimer(static state => ((WakeUp)state!).Set(), _wakeUp, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _pipes = new(client, _wakeUp, () => NowMs, refreshed, _closing.Token);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Milliseconds since the sender began.</summary>
    public long NowMs => (long)_client.Options.Time.GetElapsedTime(_began).TotalMilliseconds;

    /// <summary>Says that a queue has something to send.</summary>
    public void Notice(PartitionQueue queue)
    {
        if (queue.TryList())
        {
            _listed.Enqueue(queue);
        }

        _wakeUp.Set();
    }

    /// <summary>Looks again, because somebody waits for room.</summary>
    public void Hurry() => _wakeUp.Set();

    /// <summary>The first failure of a record that nobody waited for, once.</summary>
    public ClientException? TakeUnwatchedFailure() => Interlocked.Exchange(ref _unwatchedFailure, null);

    /// <summary>Ends the loop, and fails what is not acknowledged.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _wakeUp.Set();
        await _running.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            await _wakeUp.WaitAsync().ConfigureAwait(false);
            long now = NowMs;
            _pipes.ForgetLook();
            TakeAnswers(now);
            while (_listed.TryDequeue(out PartitionQueue? listed))
            {
                _active.Add(listed);
            }

            ExpireAll(now);
            RenewIdentity();
            while (SendRound(now))
            {
            }

            _active.RemoveAll(static queue => queue.TryUnlist());
            if (_active.Count > 0)
            {
                _pipes.Refresh(_active.Select(static queue => queue.Partition.Topic), now);
            }

            if (_pipes.LookAtMs < long.MaxValue)
            {
                _timer.Change(TimeSpan.FromMilliseconds(Math.Max(_pipes.LookAtMs - now, 1)), Timeout.InfiniteTimeSpan);
            }
        }

        FailRest();
    }

    // Puts together and sends at most one request to each broker; whether there was one.
    private bool SendRound(long now)
    {
        bool hurries = _budget.IsWaitedFor;
        for (int index = 0; index < _active.Count; index++)
        {
            PartitionQueue queue = _active[(index + _turn) % _active.Count];
            if (Reach(queue, now) is { } pipe && TakeNext(queue, now, hurries, pipe.Open) is { } batch)
            {
                pipe.Open ??= new(_client.View.LeaderOf(queue.Partition));
                pipe.Open.Add(batch);
                batch.WasFirst = IsFirst(batch);
                queue.InFlight.Add(batch);
            }
        }

        _turn = (_turn + 1) & int.MaxValue;
        bool hasSent = false;
        foreach (BrokerPipe pipe in _pipes.All)
        {
            if (pipe.Open is { } call)
            {
                pipe.Open = null;
                Send(pipe, call);
                hasSent = true;
            }
        }

        return hasSent;
    }

    // The broker that leads the queue's partition, when a batch could go there now; what is missing for that is begun.
    private BrokerPipe? Reach(PartitionQueue queue, long now)
    {
        if (queue.NotBeforeMs > now)
        {
            LookAt(queue.NotBeforeMs);
            return null;
        }

        return queue.InFlight.Count >= _maxBatchesInFlight ? null : _pipes.Reach(queue.Partition, _options.MaxRequestsInFlight, now);
    }

    private ProduceBatch? TakeNext(PartitionQueue queue, long now, bool hurries, ProduceCall? call)
    {
        if (call is not null && call.SizeBytes + _options.BatchSizeBytes > _options.MaxRequestSizeBytes)
        {
            return null;
        }

        ProduceBatch? batch;
        if (queue.Again.Count > 0)
        {
            // What waits for a new id does not hold up what has numbers of the old one and must be answered first.
            int index = _needsIdentity ? queue.Again.FindIndex(static again => again.BaseSequence >= 0) : 0;
            if (index < 0)
            {
                return null;
            }

            batch = queue.Again[index];
            queue.Again.RemoveAt(index);
        }
        else if (_needsIdentity)
        {
            return null;
        }
        else
        {
            batch = queue.TakeNew(now, hurries, out long readyMs);
            LookAt(readyMs);
        }

        if (batch is null || TryBuild(batch))
        {
            return batch;
        }

        return null;
    }

    private bool TryBuild(ProduceBatch batch)
    {
        if (!batch.Bytes.IsEmpty)
        {
            return true;
        }

        PartitionQueue queue = batch.Queue;
        RecordBatchBuilder builder = batch.Builder;
        if (_options.IsIdempotent)
        {
            if (queue.Identity != _identity)
            {
                queue.Identity = _identity;
                queue.NextSequence = 0;
                queue.HasGap = false;
            }

            batch.BaseSequence = queue.NextSequence;
            queue.NextSequence = BatchDivider.Follow(queue.NextSequence, builder.Count);
        }

        // A batch that is numbered anew keeps its place.
        batch.Order = batch.Order < 0 ? queue.Built++ : batch.Order;
        builder.SetProducer(_identity.Id, _identity.Epoch, batch.BaseSequence);
        try
        {
            batch.Bytes = builder.Build();
            batch.RecordCount = builder.Count;
            if (builder.Codec != CompressionCodec.None
                && builder.SizeBytes - RecordBatchLayout.HeaderSizeBytes > DecompressionLimits.Default.BudgetFor(batch.Bytes.Length - RecordBatchLayout.HeaderSizeBytes))
            {
                // Readers would take records that shrink so much for an attack on their memory and refuse them.
                builder.Codec = CompressionCodec.None;
                batch.Bytes = builder.Build();
            }

            return true;
        }
        catch (RecordException error)
        {
            Fail(batch, new ClientException(ClientErrors.InvalidOption, $"The records for {queue.Partition} cannot be compressed: {error.Message}", cause: error));
            return false;
        }
    }

    private void Send(BrokerPipe pipe, ProduceCall call)
    {
        ProduceRequest request = call.ToRequest(_options.Acks, _client.Options.RequestTimeoutMs);
        BrokerConnection? connection = _client.FindConnection(call.BrokerId, ConnectionLane.Prompt);
        foreach (ProduceBatch batch in call.Batches)
        {
            batch.Attempts++;
        }

        pipe.InFlight++;
        try
        {
            if (connection is null)
            {
                throw new ClientException(ClientErrors.ConnectionLost, FormattableString.Invariant($"The connection to broker {call.BrokerId} ended."));
            }

            if (_options.Acks == RequiredAcks.None)
            {
                connection.SendUnanswered(ApiKey.Produce, request);
                Answer(call, Unasked(call));
                return;
            }

            _ = AwaitAsync(call, connection.SendAsync(request));
        }
        catch (DuramenException error)
        {
            call.Failure = error as ClientException ?? new ClientException(ClientErrors.InvalidOption, error.Message, cause: error);
            Answer(call, null);
        }
    }

    private async Task AwaitAsync(ProduceCall call, Task<ProduceResponse> answering)
    {
        ProduceResponse? response = null;
        try
        {
            response = await answering.ConfigureAwait(false);
        }
        catch (ClientException error)
        {
            call.Failure = error;
        }

        Answer(call, response);
    }

    private void Answer(ProduceCall call, ProduceResponse? response)
    {
        call.Response = response;
        _answered.Enqueue(call);
        _wakeUp.Set();
    }

    private static ProduceResponse Unasked(ProduceCall call)
    {
        var response = new ProduceResponse();
        foreach (ProduceBatch batch in call.Batches)
        {
            response.Topics.Add(new()
            {
                Name = batch.Queue.Partition.Topic,
                Partitions = [new() { Index = batch.Queue.Partition.Partition, BaseOffset = -1 }],
            });
        }

        return response;
    }

    private void TakeAnswers(long now)
    {
        while (_answered.TryDequeue(out ProduceCall? call))
        {
            _pipes.Get(call.BrokerId).InFlight--;
            foreach (ProduceBatch batch in call.Batches)
            {
                batch.Queue.InFlight.Remove(batch);
                if (call.Failure is { } failure)
                {
                    TakeFailure(batch, failure, now);
                }
                else
                {
                    TakeAnswer(batch, call.AnswerFor(batch.Queue.Partition), now);
                }
            }
        }
    }

    private void TakeAnswer(ProduceBatch batch, ProduceResponse.Partition answer, long now)
    {
        PartitionQueue queue = batch.Queue;
        switch (answer.ErrorCode)
        {
            case KafkaError.None:
                queue.Failures = 0;
                Finish(batch, answer.BaseOffset, null);
                break;
            case KafkaError.DuplicateSequenceNumber:
                queue.Failures = 0;
                Finish(batch, -1, null);
                break;
            case KafkaError.OutOfOrderSequenceNumber or KafkaError.UnknownProducerId when queue.HasGap || (batch.WasFirst && answer.ErrorCode == KafkaError.UnknownProducerId && batch.Attempts == 1):
                // The broker refused it and never had it: it is numbered anew with everything behind it.
                _needsIdentity = true;
                queue.HasGap = true;
                batch.BaseSequence = -1;
                batch.Bytes = default;
                SendAgain(batch);
                break;
            case KafkaError.OutOfOrderSequenceNumber or KafkaError.UnknownProducerId when !batch.WasFirst:
                SendAgain(batch);
                break;
            case KafkaError.MessageTooLarge or KafkaError.RecordListTooLarge when batch.RecordCount > 1:
                Divide(batch);
                break;
            default:
                TakeFailure(batch, ClientException.Refused($"Producing to {queue.Partition}", answer.ErrorCode, answer.ErrorMessage), now);
                break;
        }
    }

    // The halves take the place of a batch that its topic does not take whole, and its sequence numbers: the broker has none of it.
    private void Divide(ProduceBatch batch)
    {
        PartitionQueue queue = batch.Queue;
        foreach (ProduceBatch behind in queue.InFlight.Concat(queue.Again).Where(other => other.Order > batch.Order))
        {
            behind.Order++;
        }

        queue.Built++;
        (ProduceBatch first, ProduceBatch second) = BatchDivider.Divide(batch, _builders);
        batch.Halves = (first, second);
        SendAgain(first);
        SendAgain(second);
    }

    private void TakeFailure(ProduceBatch batch, ClientException failure, long now)
    {
        if (!failure.IsRetriable)
        {
            Fail(batch, failure);
            return;
        }

        if (now - batch.CreatedMs >= _options.DeliveryTimeoutMs)
        {
            Fail(batch, Expired(batch, failure));
            return;
        }

        PartitionQueue queue = batch.Queue;
        queue.NotBeforeMs = now + _client.Backoff.WaitMs(++queue.Failures);
        LookAt(queue.NotBeforeMs);
        SendAgain(batch);
        _pipes.Distrust();
    }

    // Whether everything of its partition before it is answered.
    private static bool IsFirst(ProduceBatch batch) =>
        batch.Queue.InFlight.TrueForAll(other => other.Order >= batch.Order) && batch.Queue.Again.TrueForAll(other => other.Order >= batch.Order);

    private static void SendAgain(ProduceBatch batch)
    {
        List<ProduceBatch> again = batch.Queue.Again;
        int index = again.FindIndex(other => other.Order > batch.Order);
        again.Insert(index < 0 ? again.Count : index, batch);
    }

    private void Fail(ProduceBatch batch, ClientException failure)
    {
        if (batch.BaseSequence >= 0)
        {
            _needsIdentity = true;
            batch.Queue.HasGap = true;
        }

        if (batch.HasUnwatched)
        {
            Interlocked.CompareExchange(ref _unwatchedFailure, failure, null);
        }

        Finish(batch, -1, failure);
    }

    private void Finish(ProduceBatch batch, long baseOffset, ClientException? failure)
    {
        batch.Queue.Finish(batch);
        batch.Complete(baseOffset, failure);
        _builders.Return(batch.Builder);
        _budget.Return(batch.GrantedBytes);
        if (batch.Whole is { HasEnded: true } whole)
        {
            Finish(whole, -1, null);
        }
    }

    private void ExpireAll(long now)
    {
        foreach (PartitionQueue queue in _active)
        {
            while (queue.Again is [{ } again, ..] && now - again.CreatedMs >= _options.DeliveryTimeoutMs)
            {
                queue.Again.RemoveAt(0);
                Fail(again, Expired(again, null));
            }

            while (queue.OldestUnsentMs is long oldest)
            {
                if (now - oldest < _options.DeliveryTimeoutMs)
                {
                    LookAt(oldest + _options.DeliveryTimeoutMs);
                    break;
                }

                if (queue.TakeNew(now, mayOpen: true, out _) is { } unsent)
                {
                    Fail(unsent, Expired(unsent, null));
                }
            }

            if (queue.Again is [{ } first, ..])
            {
                LookAt(first.CreatedMs + _options.DeliveryTimeoutMs);
            }
        }
    }

    private ClientException Expired(ProduceBatch batch, ClientException? last) => new(
        ClientErrors.DeliveryTimedOut,
        FormattableString.Invariant($"{batch.Builder.Count} records for {batch.Queue.Partition} were not acknowledged within {_options.DeliveryTimeoutMs} ms; ")
            + (batch.Attempts == 0 ? "they were not sent." : "whether they are in the log is not known."),
        "Check that the partition has a leader and that it can be reached.",
        last);

    // A new id is asked for when everything that carries the old one is answered.
    private void RenewIdentity()
    {
        if (_askingIdentity is { IsCompleted: true } asked)
        {
            _askingIdentity = null;
            if (asked.IsCompletedSuccessfully)
            {
                _identity = asked.Result;
                _needsIdentity = false;
            }
            else
            {
                LookAt(NowMs + _client.Options.RetryBackoffMaxMs);
            }
        }

        bool isDrained = _active.TrueForAll(static queue => queue.InFlight.Count == 0 && queue.Again.TrueForAll(static batch => batch.BaseSequence < 0));
        if (_needsIdentity && _askingIdentity is null && _active.Count > 0 && isDrained)
        {
            _askingIdentity = ProducerIdentity.AskAsync(_client, _closing.Token);
            _pipes.WakeAfter(_askingIdentity);
        }
    }

    private void LookAt(long atMs) => _pipes.LookAt(atMs);

    private void FailRest()
    {
        while (_listed.TryDequeue(out PartitionQueue? listed))
        {
            _active.Add(listed);
        }

        foreach (PartitionQueue queue in _active)
        {
            foreach (ProduceBatch batch in queue.Flush())
            {
                Fail(batch, ClientException.Closed("producer"));
            }
        }
    }
}
