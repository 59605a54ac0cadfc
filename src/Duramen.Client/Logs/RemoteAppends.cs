using Duramen.Client.Connections;
using Duramen.Client.Producers;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;

namespace Duramen.Client.Logs;

/// <summary>
/// Sends the appends of a remote log to its leader, in the order in which they were given. One loop owns everything here but the door.
/// <para>
/// Several are under way at once only where they are of one producer, whose sequence numbers keep them in order: of others a leader could refuse the first
/// and take the second.
/// </para>
/// <para>
/// What must go again goes when everything that was sent has been answered, before anything new and in its old order. A batch goes again when the answer says
/// that it is not in the log, or when the log would recognise it; otherwise its append fails with <see cref="LogErrors.Unavailable"/>, since sending it could
/// put it into the log twice.
/// </para>
/// </summary>
internal sealed class RemoteAppends : IAsyncDisposable
{
    private const short AllReplicas = -1;

    private readonly KafkaClient _client;
    private readonly ILog _log;
    private readonly TopicPartition _partition;
    private readonly RemoteMarks _marks;
    private readonly Lock _lock = new();
    private readonly Queue<RemoteAppend> _given = new();
    private readonly Queue<(RemoteAppend Append, Task<ProduceResponse> Answer)> _underWay = new();
    private readonly Queue<RemoteAppend> _again = new();
    private readonly WakeUp _wakeUp = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly long _began;
    private readonly Task _running;
    private Task<BrokerConnection>? _reaching;
    private BrokerConnection? _connection;
    private Offset _answeredEnd;
    private int _failures;
    private bool _isClosed;

    public RemoteAppends(KafkaClient client, ILog log, TopicPartition partition, RemoteMarks marks)
    {
        _client = client;
        _log = log;
        _partition = partition;
        _marks = marks;
        _began = client.Options.Time.GetTimestamp();
        _running = Task.Run(RunAsync);
    }

    private long NowMs => (long)_client.Options.Time.GetElapsedTime(_began).TotalMilliseconds;

    /// <summary>Appends a batch; its place in the order is that of the call.</summary>
    /// <returns>What became of it, and what the broker said of a refusal.</returns>
    public Task<(AppendOutcome Outcome, string? Why)> AppendAsync(ReadOnlyMemory<byte> batch, long recordCount, ProducerId producer)
    {
        var append = new RemoteAppend(batch, recordCount, producer, NowMs);
        lock (_lock)
        {
            if (_isClosed)
            {
                return Task.FromException<(AppendOutcome, string?)>(LogRefusals.Closed(_log));
            }

            _given.Enqueue(append);
        }

        _wakeUp.Set();
        return append.Task;
    }

    /// <summary>Waits for the answers to what was sent, since the memory of those batches is referred to so long, and fails the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        _wakeUp.Set();
        await _running.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_closing.IsCancellationRequested || _underWay.Count > 0)
        {
            await _wakeUp.WaitAsync().ConfigureAwait(false);
            while (_underWay.TryPeek(out (RemoteAppend Append, Task<ProduceResponse> Answer) first) && first.Answer.IsCompleted)
            {
                _underWay.Dequeue();
                Judge(first.Append, first.Answer);
            }

            if (!_closing.IsCancellationRequested)
            {
                TakeConnection();
                SendAll();
            }
        }

        lock (_lock)
        {
            foreach (RemoteAppend append in _again.Concat(_given))
            {
                append.TrySetException(LogRefusals.Closed(_log));
            }
        }
    }

    private void TakeConnection()
    {
        if (_reaching is not { IsCompleted: true } reached)
        {
            return;
        }

        _reaching = null;
        if (reached.IsCompletedSuccessfully)
        {
            _connection = reached.Result;
            return;
        }

        _failures++;
        ClientException? cause = reached.Exception?.InnerException as ClientException;
        FailOld(_again, cause);
        lock (_lock)
        {
            FailOld(_given, cause);
        }
    }

    // What could not be sent in time, or never can be, fails; it is certain that it is not in the log, but for what was sent before.
    private void FailOld(Queue<RemoteAppend> appends, ClientException? cause)
    {
        if (cause is null)
        {
            return;
        }

        for (int count = appends.Count; count > 0; count--)
        {
            RemoteAppend append = appends.Dequeue();
            append.Attempts++;
            if (KafkaClient.IsWorthAnotherAttempt(cause, append.Attempts) && NowMs - append.BeganMs < _client.Options.OperationTimeoutMs)
            {
                appends.Enqueue(append);
            }
            else
            {
                append.TrySetException(RemoteFailures.Of(_log.Name, cause));
            }
        }
    }

    private void SendAll()
    {
        if (_again.Count > 0 && _underWay.Count > 0)
        {
            return;
        }

        while (MaySendAnother())
        {
            if (_connection is not { IsBroken: false })
            {
                Reach();
                return;
            }

            RemoteAppend append = Next();
            append.EndWhenSent ??= _marks.Now.End;
            try
            {
                Task<ProduceResponse> answer = _connection.SendAsync(RequestFor(append));
                _underWay.Enqueue((append, answer));
                WakeAfter(answer);
            }
            catch (ClientException error)
            {
                // Nothing of it was sent.
                Refuse(append, error, mayGoAgain: error.IsRetriable);
                return;
            }
        }
    }

    private bool MaySendAnother()
    {
        lock (_lock)
        {
            return (_again.TryPeek(out RemoteAppend? next) || _given.TryPeek(out next))
                && (!_underWay.TryPeek(out (RemoteAppend Append, Task<ProduceResponse> Answer) first)
                    || (next.IsRecognised && next.Producer == first.Append.Producer && _underWay.Count < ClientLimits.MaxBatchesInFlight));
        }
    }

    private RemoteAppend Next()
    {
        lock (_lock)
        {
            return _again.TryDequeue(out RemoteAppend? again) ? again : _given.Dequeue();
        }
    }

    private ProduceRequest RequestFor(RemoteAppend append) => new()
    {
        Acks = AllReplicas,
        TimeoutMs = _client.Options.RequestTimeoutMs,
        Topics = [new() { Name = _partition.Topic, Partitions = [new() { Index = _partition.Partition, Records = append.Batch }] }],
    };

    private void Reach()
    {
        if (_reaching is null)
        {
            _reaching = ReachAsync(_failures);
            WakeAfter(_reaching);
        }
    }

    private async Task<BrokerConnection> ReachAsync(int failures)
    {
        if (failures > 0)
        {
            await _client.Backoff.WaitAsync(failures, _closing.Token).ConfigureAwait(false);
            await _client.RefreshAsync([_partition.Topic], cancellationToken: _closing.Token).ConfigureAwait(false);
        }

        int leader = await _client.GetLeaderAsync(_partition, _closing.Token, mayCreate: false).ConfigureAwait(false);
        return await _client.ConnectAsync(leader, ConnectionLane.Prompt, _closing.Token).ConfigureAwait(false);
    }

    private void Judge(RemoteAppend append, Task<ProduceResponse> answer)
    {
        if (!answer.IsCompletedSuccessfully)
        {
            ClientException cause = answer.Exception?.InnerException as ClientException
                ?? new ClientException(ClientErrors.BadResponse, "The answer cannot be read.", cause: answer.Exception?.InnerException);
            Refuse(append, cause, mayGoAgain: append.IsRecognised && cause.IsRetriable);
            return;
        }

        ProduceResponse.Partition found = answer.Result.Topics.Find(topic => topic.Name == _partition.Topic)?.Partitions.Find(part => part.Index == _partition.Partition)
            ?? new() { ErrorCode = KafkaError.UnknownServerError, BaseOffset = -1 };
        switch (found.ErrorCode)
        {
            case KafkaError.None when found.BaseOffset >= 0:
                Complete(append, found);
                break;
            case KafkaError.OutOfOrderSequenceNumber or KafkaError.UnknownProducerId or KafkaError.DuplicateSequenceNumber when _again.Count > 0:
                // Behind one that goes again; it may follow well then.
                _again.Enqueue(append);
                break;
            case KafkaError.OutOfOrderSequenceNumber or KafkaError.UnknownProducerId or KafkaError.DuplicateSequenceNumber:
                append.TrySetResult((new AppendOutcome(AppendStatus.SequenceGap, default, _marks.Now.End), found.ErrorMessage));
                break;
            case KafkaError.InvalidProducerEpoch or KafkaError.ProducerFenced:
                append.TrySetResult((new AppendOutcome(AppendStatus.ProducerFenced, default, _marks.Now.End), found.ErrorMessage));
                break;
            case KafkaError.MessageTooLarge or KafkaError.RecordListTooLarge or KafkaError.InvalidRecord or KafkaError.CorruptMessage or KafkaError.InvalidTimestamp
                or KafkaError.UnsupportedCompressionType or KafkaError.UnsupportedForMessageFormat:
                append.TrySetException(RemoteFailures.Refused(_log.Name, found.ErrorCode, found.ErrorMessage));
                break;
            default:
                ClientException refusal = ClientException.Refused($"Appending to {_partition}", found.ErrorCode, found.ErrorMessage);
                bool mayGoAgain = refusal.IsRetriable && (append.IsRecognised || RemoteFailures.IsNotAppended(found.ErrorCode, found.BaseOffset));
                Refuse(append, refusal, mayGoAgain);
                break;
        }
    }

    private void Complete(RemoteAppend append, ProduceResponse.Partition answer)
    {
        var result = new AppendResult(new Offset(answer.BaseOffset), new Offset(answer.BaseOffset + append.RecordCount));

        // Answers come in the order of the appends, so that what is now appended lies behind everything that was answered before.
        bool isDuplicate = result.BaseOffset < Offset.Max(_answeredEnd, append.EndWhenSent.GetValueOrDefault());
        _answeredEnd = Offset.Max(_answeredEnd, result.NextOffset);
        _failures = 0;
        _marks.Learn(answer.LogStartOffset, result.NextOffset.Value);
        AppendStatus status = isDuplicate ? AppendStatus.Duplicate : AppendStatus.Appended;
        append.TrySetResult((new AppendOutcome(status, result with { IsDuplicate = isDuplicate }, _marks.Now.End), null));
    }

    // Whoever refused is not asked again before the cluster was asked who leads.
    private void Refuse(RemoteAppend append, ClientException cause, bool mayGoAgain)
    {
        if (_connection is not null)
        {
            _connection = null;
            _failures++;
        }

        append.Attempts++;
        if (!mayGoAgain)
        {
            append.TrySetException(cause.Error == KafkaError.None ? RemoteFailures.Lost(_log.Name, cause) : RemoteFailures.Of(_log.Name, cause));
        }
        else if (NowMs - append.BeganMs >= _client.Options.OperationTimeoutMs || !KafkaClient.IsWorthAnotherAttempt(cause, append.Attempts))
        {
            append.TrySetException(RemoteFailures.Of(_log.Name, cause));
        }
        else
        {
            _again.Enqueue(append);
            _wakeUp.Set();
        }
    }

    private void WakeAfter(Task task) => task.ContinueWith(
        static (_, state) => ((WakeUp)state!).Set(), _wakeUp, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
