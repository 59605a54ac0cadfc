using Duramen.Client.Connections;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Log;

namespace Duramen.Client.Logs;

/// <summary>
/// Follows the end of a remote log for as long as somebody waits for it: one fetch at a time, which the broker keeps until there is something. What such a
/// fetch brings is kept for whoever reads there next, so that following a log costs one round trip for each answer.
/// </summary>
internal sealed class RemoteTail(KafkaClient client, ILog log, TopicPartition partition, RemoteMarks marks) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ConnectionLane _lane = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _following = Task.CompletedTask;
    private bool _isFollowing;
    private RemoteRun _ahead;

    public ValueTask WaitAsync(Offset offset, CancellationToken cancellationToken)
    {
        ValueTask waiting = marks.Waiters.WaitAsync(offset, cancellationToken);
        if (!waiting.IsCompleted)
        {
            Follow();
        }

        return waiting;
    }

    /// <summary>What was fetched ahead, when it begins at an offset; the caller's then.</summary>
    public bool TryTake(Offset from, out RemoteRun run)
    {
        lock (_lock)
        {
            run = _ahead;
            if (run.Rented is null || run.From != from)
            {
                return false;
            }

            _ahead = default;
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        Task following;
        lock (_lock)
        {
            // Nobody begins again from here on.
            _isFollowing = true;
            following = _following;
        }

        await following.ConfigureAwait(false);
        await client.CloseAsync(_lane).ConfigureAwait(false);
        Keep(default);
        _closing.Dispose();
    }

    private void Follow()
    {
        lock (_lock)
        {
            if (!_isFollowing)
            {
                _isFollowing = true;
                _following = Task.Run(FollowAsync);
            }
        }
    }

    private async Task FollowAsync()
    {
        for (int failures = 0; HasWork();)
        {
            try
            {
                (RemoteRun run, long start, long committed) = await RemoteFetch.AskAsync(
                    client, log.Name, partition, marks.Now.Committed, ReadLimits.Default.MaxBytes, ClientLimits.TailWaitMs, _lane, _closing.Token).ConfigureAwait(false);

                // Kept before anybody is let go who will look for it.
                Keep(run);
                marks.Learn(start, committed);
                failures = 0;
            }
            catch (ClientException error) when (error.Error == KafkaError.UnknownTopicOrPartition || error.Code == ClientErrors.Closed)
            {
                marks.Waiters.Fail(() => RemoteFailures.Of(log.Name, error));
            }
            catch (Exception error) when (error is ClientException or LogException)
            {
                // Whoever waits does so until the cluster is there again. What is damaged is said to whoever reads it.
                failures = await RecoverAsync(error, failures).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The log is closed, or its client was before it.
                marks.Waiters.Fail(() => LogRefusals.Closed(log));
            }
        }
    }

    private async Task<int> RecoverAsync(Exception error, int failures)
    {
        try
        {
            if (error is LogException || (error as ClientException)?.Error == KafkaError.OffsetOutOfRange)
            {
                await RemoteEnds.LearnAsync(client, partition, marks, _closing.Token).ConfigureAwait(false);
            }

            await client.Backoff.WaitAsync(++failures, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception again) when (again is ClientException or OperationCanceledException)
        {
            // The next attempt says what is wrong, unless the log is closed.
        }

        return failures;
    }

    private bool HasWork()
    {
        lock (_lock)
        {
            bool hasWork = marks.Waiters.Count > 0 && !_closing.IsCancellationRequested;
            _isFollowing = hasWork || _closing.IsCancellationRequested;
            return hasWork;
        }
    }

    private void Keep(RemoteRun run)
    {
        RemoteRun before;
        lock (_lock)
        {
            before = _ahead;
            _ahead = run;
        }

        before.Return();
    }
}
