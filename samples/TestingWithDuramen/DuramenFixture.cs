using Duramen;
using Duramen.Client;

namespace TestingWithDuramen.Tests;

/// <summary>A server of its own for each class of tests: in memory, on a free port, gone with the class. Classes can run at the same time.</summary>
public sealed class DuramenFixture : IAsyncLifetime
{
    private DuramenNode? _node;
    private KafkaClient? _client;

    public KafkaClient Client => _client!;

    /// <summary>For a client of another kind, such as the one that the code under test uses.</summary>
    public string BootstrapServers => _node!.BootstrapServers;

    public async Task InitializeAsync()
    {
        _node = await DuramenNode.StartAsync();
        _client = new KafkaClient(_node.BootstrapServers);
    }

    public async Task DisposeAsync()
    {
        await _client!.DisposeAsync();
        await _node!.DisposeAsync();
    }
}
