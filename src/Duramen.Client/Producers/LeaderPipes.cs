using Duramen.Client.Connections;

namespace Duramen.Client.Producers;

/// <summary>
/// The ways from a producer's sender to the leaders of partitions: which broker leads, whether it can be sent to now, and what is begun when not. It
/// belongs to the sender's loop, which it wakes when something it began has ended. Whoever made it is told when the cluster has been asked again.
/// </summary>
internal sealed class LeaderPipes(KafkaClient client, WakeUp wakeUp, Func<long> nowMs, Action refreshed, CancellationToken closing)
{
    private readonly Dictionary<int, BrokerPipe> _pipes = [];
    private volatile bool _isStale;
    private Task? _asking;
    private long _askedMs;
    private long _askNotBeforeMs;
    private volatile int _askFailures;

    /// <summary>When the loop should look again; the loop sets it back.</summary>
    public long LookAtMs { get; private set; } = long.MaxValue;

    public IEnumerable<BrokerPipe> All => _pipes.Values;

    public BrokerPipe Get(int brokerId) => _pipes[brokerId];

    public void LookAt(long atMs) => LookAtMs = Math.Min(LookAtMs, atMs);

    public void ForgetLook() => LookAtMs = long.MaxValue;

    /// <summary>Says that what is known of leaders is wrong.</summary>
    public void Distrust() => _isStale = true;

    /// <summary>The pipe to a partition's leader, when a batch could go there now; what is missing for that is begun.</summary>
    public BrokerPipe? Reach(TopicPartition partition, int maxInFlight, long now)
    {
        int leader = client.View.LeaderOf(partition);
        if (leader < 0)
        {
            _isStale = true;
            return null;
        }

        if (!_pipes.TryGetValue(leader, out BrokerPipe? pipe))
        {
            pipe = new();
            _pipes.Add(leader, pipe);
        }

        if (pipe.InFlight >= maxInFlight)
        {
            return null;
        }

        if (client.FindConnection(leader, ConnectionLane.Prompt) is null)
        {
            Connect(leader, pipe, now);
            return null;
        }

        return pipe;
    }

    /// <summary>Asks for the leaders of topics again, when they are wrong or old and it is not too soon.</summary>
    public void Refresh(IEnumerable<string> topics, long now)
    {
        if (!_isStale && now - _askedMs < client.Options.MetadataMaxAgeMs)
        {
            return;
        }

        if (_asking is { IsCompleted: false })
        {
            return;
        }

        if (_askNotBeforeMs > now)
        {
            LookAt(_askNotBeforeMs);
            return;
        }

        _isStale = false;
        _askedMs = now;
        _askNotBeforeMs = now + client.Backoff.WaitMs(++_askFailures);
        _asking = RefreshAsync([.. topics.Distinct()]);
        WakeAfter(_asking);
    }

    /// <summary>Wakes the loop when a task ends, however it does.</summary>
    public void WakeAfter(Task task) => task.ContinueWith(
        static (_, state) => ((WakeUp)state!).Set(), wakeUp, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private void Connect(int brokerId, BrokerPipe pipe, long now)
    {
        if (pipe.IsConnecting)
        {
            return;
        }

        if (pipe.NotBeforeMs > now)
        {
            LookAt(pipe.NotBeforeMs);
            return;
        }

        pipe.IsConnecting = true;
        WakeAfter(ConnectAsync(brokerId, pipe));
    }

    private async Task ConnectAsync(int brokerId, BrokerPipe pipe)
    {
        try
        {
            await client.ConnectAsync(brokerId, ConnectionLane.Prompt, closing).ConfigureAwait(false);
            pipe.Failures = 0;
        }
        catch (Exception error) when (error is ClientException or OperationCanceledException)
        {
            // Whoever leads now may be another broker.
            pipe.NotBeforeMs = nowMs() + client.Backoff.WaitMs(++pipe.Failures);
            _isStale = true;
        }
        finally
        {
            pipe.IsConnecting = false;
        }
    }

    private async Task RefreshAsync(string[] topics)
    {
        try
        {
            await client.RefreshAsync(topics, cancellationToken: closing).ConfigureAwait(false);
            _askFailures = 0;
            refreshed();
        }
        catch (Exception error) when (error is ClientException or OperationCanceledException)
        {
            _isStale = true;
        }
    }
}
