using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Servers;

namespace Duramen.Conformance.Tests.Features;

/// <summary>One client before one feature: what a check works with.</summary>
internal sealed class Trial(RealClient client, NodeServer server, string name) : IAsyncDisposable
{
    private readonly List<DriverProcess> _started = [];

    public RealClient Client => client;

    public NodeServer Server => server;

    public ServerView View { get; } = new(server.Address);

    /// <summary>A topic and a group that only this trial uses.</summary>
    public string Topic => name;

    /// <summary>Where the client connects; the server's address unless something stands between.</summary>
    public string Bootstrap { get; set; } = server.Address.ToString();

    /// <summary>A request on this trial's topic.</summary>
    public DriverRequest Ask(string what) => new(what) { Topic = Topic };

    /// <summary>Has the client do something to its end.</summary>
    /// <exception cref="ClientException">It failed with an error.</exception>
    public async Task<IReadOnlyList<DriverLine>> DoAsync(DriverRequest request)
    {
        IReadOnlyList<DriverLine> lines = await TryAsync(request);
        return lines.FirstOrDefault(line => line.Error is not null) is DriverLine failure
            ? throw new ClientException(failure.Error!.Value, $"{client.Name} {request.Do}: {failure.Message}")
            : lines;
    }

    /// <summary>Has the client do something to its end, whatever comes of it.</summary>
    public Task<IReadOnlyList<DriverLine>> TryAsync(DriverRequest request) => Start(request).ReadToEndAsync();

    /// <summary>Starts the client; the trial ends it if nobody else does.</summary>
    public DriverProcess Start(DriverRequest request) => Start(client, request);

    public DriverProcess Start(RealClient other, DriverRequest request)
    {
        var process = DriverProcess.Start(other, request with { Bootstrap = Bootstrap, Ca = server.Ca });
        _started.Add(process);
        return process;
    }

    /// <summary>Produces records with the client.</summary>
    public Task<IReadOnlyList<DriverLine>> ProduceAsync(params IReadOnlyList<SentRecord> records) => DoAsync(Ask("produce") with { Records = records });

    /// <summary>Reads partitions to their ends with the client.</summary>
    public async Task<IReadOnlyList<DriverLine>> ReadAsync(StartPosition start, params IReadOnlyList<int> partitions) =>
        [.. (await DoAsync(Ask("consume") with { Start = start, PartitionList = partitions })).Where(line => line.IsRecord)];

    public async ValueTask DisposeAsync()
    {
        foreach (DriverProcess process in _started)
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>Numbered records for one partition.</summary>
    public static IReadOnlyList<SentRecord> Numbered(int first, int count, int partition = 0) =>
        [.. Enumerable.Range(first, count).Select(number => new SentRecord($"key-{number}", $"value-{number}") { Partition = partition })];
}
