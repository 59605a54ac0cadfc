using System.Net;
using System.Net.Sockets;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Server.Tests.Load;

/// <summary>
/// Clients that produce, commit offsets, and make and delete topics, as fast as the server answers, and remember what they were told. When the server goes
/// they wait for the next one and go on where they were: what was not answered is sent again.
/// </summary>
internal sealed class Workload : IAsyncDisposable
{
    public const string Topic = "load";
    public const int Partitions = 3;

    private const int Producers = 6;
    private const int Committers = 3;

    private readonly CancellationTokenSource _stopping = new();
    private readonly LoadClient[] _clients;
    private readonly Task[] _running;
    private TaskCompletionSource<IPEndPoint> _server = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _acknowledged;
    private (long Count, TaskCompletionSource Reached)? _awaited;

    public Workload(IPEndPoint server)
    {
        _server.SetResult(server);
        _clients =
        [
            .. Enumerable.Range(0, Producers).Select(number => new ProducerClient(number)),
            .. Enumerable.Range(0, Committers).Select(number => new CommitterClient($"group-{number}")),
            new TopicClient(),
        ];
        _running = [.. _clients.Select(client => Task.Run(() => RunAsync(client)))];
    }

    /// <summary>How many requests were answered with success.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Returns when so many more requests were answered with success, or fails when a client found something wrong.</summary>
    public async Task ProgressAsync(int more)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_clients)
        {
            _awaited = (Acknowledged + more, reached);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Task first = await Task.WhenAny([reached.Task, Task.Delay(Timeout.Infinite, patience.Token), .. _running]);
        Assert.True(first == reached.Task || !first.IsCompletedSuccessfully, "A client ended by itself.");
        await first;
    }

    /// <summary>From now on clients that lose their connection wait for another server.</summary>
    public void ServerGoes() => _server = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>There is a server again.</summary>
    public void ServerIs(IPEndPoint server) => _server.SetResult(server);

    /// <summary>Ends the clients after what each of them is at; then looks at a server for everything that they were told.</summary>
    public async Task VerifyAsync()
    {
        await StopAsync();
        using WireClient client = await WireClient.ConnectAsync(await _server.Task);
        foreach (LoadClient load in _clients)
        {
            await load.VerifyAsync(client);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _server.TrySetCanceled();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    /// <summary>Makes the topic that is produced to.</summary>
    public static async Task PrepareAsync(IPEndPoint server)
    {
        using WireClient client = await WireClient.ConnectAsync(server);
        CreateTopicsResponse response = await client.AskAsync(
            new CreateTopicsRequest { Topics = [new() { Name = Topic, NumPartitions = Partitions, ReplicationFactor = 1 }] }, version: 7);
        Assert.Equal(KafkaError.None, response.Topics[0].ErrorCode);
    }

    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running);
    }

    private async Task RunAsync(LoadClient load)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                using WireClient client = await WireClient.ConnectAsync(await _server.Task);
                while (!_stopping.IsCancellationRequested)
                {
                    if (await load.StepAsync(client))
                    {
                        Count();
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                // The server is gone; the next one may be there already.
            }
        }
    }

    private void Count()
    {
        lock (_clients)
        {
            long now = Interlocked.Increment(ref _acknowledged);
            if (_awaited is var (count, reached) && now >= count)
            {
                _awaited = null;
                reached.SetResult();
            }
        }
    }
}
